"""Pictures from numbers: the live plots of the chapters, and the frames of the labs."""
