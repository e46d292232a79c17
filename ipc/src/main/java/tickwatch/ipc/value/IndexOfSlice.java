package tickwatch.ipc.value;

/** The index of some items of a vector, looked up in that of all. */
record IndexOfSlice(SymbolIndex whole, int from, int to) implements SymbolIndex {
  @Override
  public Positions of(int code) {
    return new PositionsInSlice(whole.of(code), from, to);
  }

  @Override
  public int[] codesByName() {
    return whole.codesByName();
  }
}
