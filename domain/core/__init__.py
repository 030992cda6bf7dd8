"""What every stage of the procedure uses: lifecycles, the one way to write, the one way to read, time and refusals."""
