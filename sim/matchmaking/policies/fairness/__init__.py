"""What the policy `fair` is made of: claims, flows with falling rewards, Nash welfare, leximin."""
