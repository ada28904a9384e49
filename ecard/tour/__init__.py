"""The journey of a card, walked by three outside clients over HTTP alone: a resident, a hospital and the operator."""
