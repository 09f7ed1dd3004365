"""Files become products, stock, parties and orders: previewed, applied whole, undone by compensating documents."""
