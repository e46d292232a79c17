package tickwatch.ipc.value;

/**
 * Something that can be applied. The kinds in this package are those that travel; a host may add
 * kinds of its own, which the codec sends as what {@link #sent} says, if that is another kind.
 */
public non-sealed interface Function extends Value {
  /** What is sent for this function: one of this package's kinds, or itself where there is none. */
  default Value sent() {
    return this;
  }
}
