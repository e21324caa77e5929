"""The vendors' ticket offices. Each speaks its own wire and answers in the words of `kiosk.domain.reply`."""
