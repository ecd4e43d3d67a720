"""What torch.save writes, in all its forms."""
