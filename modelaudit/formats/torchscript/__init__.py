"""PyTorch models with their code: what torch.jit.save writes."""
