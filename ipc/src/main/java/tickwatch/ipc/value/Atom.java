package tickwatch.ipc.value;

/** A single item of one of the types 1 to 19. */
public sealed interface Atom extends Value
    permits ByteAtom, ShortAtom, IntAtom, LongAtom, RealAtom, FloatAtom, GuidAtom, SymbolAtom {
  @Override
  default int typeNumber() {
    return -type().number();
  }

  /** Whether this is the null of its type. */
  boolean isNull();

  /** A vector holding just this atom: q's {@code enlist}. */
  Vector enlist();
}
