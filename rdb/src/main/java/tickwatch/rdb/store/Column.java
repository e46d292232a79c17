package tickwatch.rdb.store;

import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Vector;

/**
 * A growing column: chunks of {@link Vector#CHUNK} items. All columns of a table have their chunks
 * at the same rows; the table says where to write and how much of the column counts.
 *
 * <p>The last chunk may be shorter, and is then copied when it grows: a table of three rows should
 * not cost half a megabyte a column.
 *
 * <p><b>Threads.</b> Every method belongs to the table's writer, but what {@link #frame} returns
 * may be called by any thread that got it after a safe publication: it reads items that were
 * written before {@code frame} was called or, in the chunks that the frame already knows, before a
 * later publication. Items once written are never changed, and a chunk that is replaced or dropped
 * goes into a new outer array.
 */
abstract sealed class Column
    permits ByteColumn,
        ShortColumn,
        IntColumn,
        LongColumn,
        RealColumn,
        FloatColumn,
        GuidColumn,
        SymbolColumn,
        ListColumn {
  /** Items that a column makes room for at least. */
  static final int FEW_ROWS = 128;

  static Column of(QType type) {
    return switch (type) {
      case BOOLEAN, BYTE, CHAR -> new ByteColumn(type);
      case SHORT -> new ShortColumn();
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> new IntColumn(type);
      case LONG, TIMESTAMP, TIMESPAN -> new LongColumn(type);
      case REAL -> new RealColumn();
      case FLOAT, DATETIME -> new FloatColumn(type);
      case GUID -> new GuidColumn();
      case SYMBOL -> new SymbolColumn();
      case LIST -> new ListColumn();
      case TABLE,
          DICTIONARY,
          LAMBDA,
          UNARY,
          BINARY,
          ITERATOR,
          PROJECTION,
          COMPOSITION,
          DERIVED,
          ERROR ->
          throw new StoreException("column of type " + type + " (expected: a vector's type)");
    };
  }

  abstract QType type();

  /**
   * Makes sure that the chunk exists and holds {@code capacity} items.
   *
   * @param chunk 0 to the number of chunks there are
   * @param capacity at most {@link Vector#CHUNK}; less in the last chunk only
   * @return whether frames taken earlier do not know this chunk
   */
  abstract boolean reserve(int chunk, int capacity);

  /**
   * Writes {@code count} items, all into the last chunk.
   *
   * @param at where in the chunk
   * @return false, with nothing written, if the items are of another type; a general list takes any
   */
  abstract boolean write(Vector items, int from, int at, int count);

  /** The array that was reserved last, which items go to; null where they do not go to one. */
  abstract @Nullable Object last();

  /** Forgets the first {@code count} chunks. Frames taken earlier keep them. */
  abstract void dropChunks(int count);

  /**
   * The items from {@code from} to {@code to - 1}, in one chunk of {@code capacity}. Takes the
   * place of this column; frames taken earlier stay what they were.
   */
  Column moved(int from, int to, int capacity) {
    Column moved = Column.of(type());
    moved.reserve(0, capacity);
    moved.write(frame().rows(from, to), 0, 0, to - from);
    return moved;
  }

  /**
   * Lets go of what no item needs any more besides its place in a chunk.
   *
   * @param rows items that count; a new frame is taken afterwards
   */
  void forgetUnused(int rows) {}

  /** How to make vectors of a column's items. */
  interface Frame {
    /** The items from {@code from} to {@code to - 1}. */
    Vector rows(int from, int to);
  }

  abstract Frame frame();

  /** Whether {@link #frame} would return something else than before the last rows were written. */
  boolean frameChanged() {
    return false;
  }

  /** Bytes that an item takes in its chunk. */
  abstract int itemBytes();

  /** Bytes that items take outside of the chunks; an estimate. */
  long outsideBytes() {
    return 0;
  }
}
