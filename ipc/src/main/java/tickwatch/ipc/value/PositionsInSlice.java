package tickwatch.ipc.value;

/** Those positions of a name that lie in a slice, as positions in the slice. */
final class PositionsInSlice implements SymbolIndex.Positions {
  private final SymbolIndex.Positions whole;
  private final int start;
  private final int before;
  private final int count;

  PositionsInSlice(SymbolIndex.Positions whole, int from, int to) {
    this.whole = whole;
    this.start = from;
    this.before = whole.below(from);
    this.count = whole.below(to) - before;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int get(int k) {
    return whole.get(before + k) - start;
  }

  @Override
  public void copyTo(int k, int[] target, int targetFrom, int wanted) {
    whole.copyTo(before + k, target, targetFrom, wanted);
    for (int i = targetFrom; i < targetFrom + wanted; i++) {
      target[i] -= start;
    }
  }
}
