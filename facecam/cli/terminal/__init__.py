"""What commands share: flags, output, questions, playing a source."""
