# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "catboost<1.3",
#   "pandas~=2.2.0",
# ]
# ///
print("scores")
