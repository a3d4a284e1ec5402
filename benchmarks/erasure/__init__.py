"""What governed erasure costs beside the same statements without any proof."""
