package tickwatch.rdb.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.RowSpace;

/**
 * A table that grows at its end and is freed at its start.
 *
 * <pre>
 *            chunk 0              chunk 1              chunk 2
 *   column  +-------------------+--------------------+--------------------+
 *           |   hidden | kept   |        kept        | kept | not yet     |
 *           +-------------------+--------------------+--------------------+
 *                      first                                published  rowEnd
 * </pre>
 *
 * <p>Columns grow by chunks of {@link Vector#CHUNK} rows, which are never copied once they are
 * full. The last one grows little by little while the table is small, so that at any number of rows
 * the columns take at most an eighth more than their items do, and {@value Column#FEW_ROWS} rows.
 * Rows that need not be kept are hidden at once, and a chunk is let go when all of it is hidden;
 * where few rows are kept, they move to a chunk of their own once as many are hidden. A vector over
 * chunks that starts at {@code first} is all a reader ever gets.
 *
 * <p>The column {@code time} (or else the first one, if it is of a temporal type) is watched: while
 * it ascends its snapshots carry {@link Attribute#SORTED}. A row that comes late takes the
 * attribute away until retention has let go of it.
 *
 * <p>A symbol column {@code sym} has an index of the rows of each name ({@link GroupedIndex}), as
 * kdb+tick's grouped attribute does. The writer does nothing for it: who asks for it has it go on
 * to the rows that he sees, and {@link #catchUp} does so for all.
 *
 * <p>An untyped column {@code ()} takes the type of the first vector it gets, as q's does, and
 * becomes a general list when something else comes.
 *
 * <p><b>Threads.</b> One writer appends and publishes. Why a reader sees whole rows and never
 * changes them:
 *
 * <ul>
 *   <li>{@code view} is the only field that readers share with the writer, and is volatile. All
 *       writes of the rows below {@code view.rowEnd} happen before the write of {@code view}, so
 *       they are visible to whoever reads it.
 *   <li>A view's vectors end at {@code view.rowEnd}. The writer goes on writing behind it, into the
 *       same arrays, at indexes that no reader of this view reads; it never writes below it.
 *   <li>Where an array has to be replaced (a short last chunk, the outer array of chunks, the names
 *       of a domain) or chunks are dropped, the new array becomes part of a new frame, and earlier
 *       views keep the frame they were made with.
 * </ul>
 */
public final class GrowingTable implements StoredTable {
  /** Rows that a table holds at most; beyond it the oldest leave, whatever is to be kept. */
  public static final int MAX_ROWS = 1 << 30;

  private static final int CAUGHT_UP_AT_ONCE = 1 << 14;

  private final List<String> names;
  private final List<QType> declaredTypes;
  private final Retention retention;
  private final int timeIndex;
  private final boolean hasUntyped;

  private final Column[] columns;
  private @Nullable SymbolColumn indexed;
  private @Nullable TimeOrder time;
  private Column.Frame[] frame;
  private boolean frameOutdated;

  private int first;
  private int rowEnd;

  /** Rows that the last chunk has room for: a whole chunk, once the table has a few of them. */
  private int lastCapacity;

  private int chunkCount;

  /** The last row that might lie before its predecessor in time, or one after it; -1 if none. */
  private int lastDescent = -1;

  private long newest = Null.LONG;
  private long rowsTaken;

  private volatile View view;

  /** An empty table, published. */
  public GrowingTable(List<String> names, List<QType> types, Retention retention) {
    if (names.size() != types.size() || names.isEmpty()) {
      throw new StoreException(names.size() + " names for " + types.size() + " columns");
    }
    this.names = List.copyOf(names);
    this.declaredTypes = List.copyOf(types);
    this.retention = retention;
    this.columns = new Column[types.size()];
    emptyColumns();
    int named = names.indexOf("time");
    this.timeIndex = Math.max(named, 0);
    this.hasUntyped = types.contains(QType.LIST);
    this.time = TimeOrder.of(columns[timeIndex]);
    this.frame = frame();
    this.view = view();
  }

  private void emptyColumns() {
    for (int i = 0; i < columns.length; i++) {
      columns[i] = Column.of(declaredTypes.get(i));
      if (columns[i] instanceof SymbolColumn symbols && names.get(i).equals("sym")) {
        symbols.keepIndex();
        indexed = symbols;
      }
    }
  }

  @Override
  public void append(Table rows) {
    int count = rows.rowCount();
    List<Vector> vectors = rows.columns();
    if (rows.names() != names && !rows.names().equals(names)) {
      throw new StoreException("columns " + rows.names() + " (expected: " + names + ")");
    }
    if (hasUntyped && count > 0) {
      checkTypes(vectors);
      settleTypes(vectors);
    }
    int end = rowEnd;
    int from = 0;
    while (from < count) {
      int at = end & Vector.CHUNK_MASK;
      int step = Math.min(count - from, room(end, count - from));
      for (int i = 0; i < columns.length; i++) {
        if (!columns[i].write(vectors.get(i), from, at, step)) {
          // What was written lies behind rowEnd, where it counts for nothing.
          throw misfit(i, vectors.get(i));
        }
      }
      end += step;
      from += step;
    }
    taken(count);
  }

  /** Rows that the last chunk has room for behind {@code end}; a chunk is begun if it has none. */
  private int room(int end, int wanted) {
    int chunk = end >>> Vector.CHUNK_SHIFT;
    int at = end & Vector.CHUNK_MASK;
    if (chunk == chunkCount || at == lastCapacity) {
      reserve(chunk, at, wanted);
    }
    return lastCapacity - at;
  }

  /** Counts rows that were written behind {@link #rowEnd}. */
  private void taken(int count) {
    int end = rowEnd + count;
    for (int row = rowEnd; time != null && row < end; ) {
      int step = Math.min(end - row, Vector.CHUNK - (row & Vector.CHUNK_MASK));
      if (!time.ascends(row, step)) {
        lastDescent = row + step - 1;
      }
      row += step;
    }
    if (retention.age() != null) {
      watchAge(end, count);
    }
    if (indexed != null) {
      indexed.watchNames(end);
    }
    rowEnd = end;
    rowsTaken += count;
  }

  /**
   * Room for rows that are read straight from their bytes, or null if this table has not these
   * columns, or keeps some otherwise than in an array of their own.
   */
  public @Nullable RowSpace space(List<String> wantedNames, List<QType> wantedTypes) {
    return names.equals(wantedNames)
            && declaredTypes.equals(wantedTypes)
            && !hasUntyped
            && !declaredTypes.contains(QType.GUID)
        ? new Space()
        : null;
  }

  /** Counts rows that were put into the {@link #space}, from where it was opened. */
  public void put(int rows) {
    taken(rows);
  }

  private final class Space implements RowSpace {
    @Override
    public int open(int rows) {
      int room = room(rowEnd, rows);
      if (room < rows && lastCapacity < Vector.CHUNK) {
        int at = rowEnd & Vector.CHUNK_MASK;
        reserve(rowEnd >>> Vector.CHUNK_SHIFT, at, rows);
        room = lastCapacity - at;
      }
      return room;
    }

    @Override
    public int first() {
      return rowEnd & Vector.CHUNK_MASK;
    }

    @Override
    public Object items(int column) {
      return Objects.requireNonNull(columns[column].last());
    }

    @Override
    public int code(int column, String name) {
      return symbols(column).code(name);
    }

    @Override
    public Object codesOf(int column) {
      return symbols(column).domain();
    }

    private SymbolColumn symbols(int column) {
      if (columns[column] instanceof SymbolColumn symbols) {
        return symbols;
      }
      throw new IllegalStateException(names.get(column) + " is no column of symbols");
    }
  }

  private StoreException misfit(int column, Vector vector) {
    return new StoreException(
        "column "
            + names.get(column)
            + " of type "
            + vector.type()
            + " (expected: "
            + declaredTypes.get(column)
            + ")");
  }

  private void checkTypes(List<Vector> vectors) {
    for (int i = 0; i < columns.length; i++) {
      if (declaredTypes.get(i) != QType.LIST && vectors.get(i).type() != declaredTypes.get(i)) {
        throw misfit(i, vectors.get(i));
      }
    }
  }

  /** Gives untyped columns the type that these vectors ask for. */
  private void settleTypes(List<Vector> vectors) {
    for (int i = 0; i < columns.length; i++) {
      QType wanted = vectors.get(i).type();
      if (columns[i].type() == wanted || declaredTypes.get(i) != QType.LIST) {
        continue;
      }
      if (rowEnd == 0) {
        replace(i, Column.of(wanted));
      } else if (columns[i].type() != QType.LIST) {
        replace(i, Column.of(QType.LIST));
      }
    }
  }

  /** Puts another column in place of one, with the items of the old one. */
  private void replace(int index, Column column) {
    Vector old = columns[index].frame().rows(0, rowEnd);
    for (int chunk = 0; chunk < chunkCount; chunk++) {
      int start = chunk << Vector.CHUNK_SHIFT;
      boolean last = chunk == chunkCount - 1;
      column.reserve(chunk, last ? lastCapacity : Vector.CHUNK);
      column.write(old, start, 0, Math.min(rowEnd - start, Vector.CHUNK));
    }
    columns[index] = column;
    frameOutdated = true;
    if (index == timeIndex) {
      time = TimeOrder.of(column);
    }
  }

  /** Makes room behind {@code at} in a chunk, in every column. */
  private void reserve(int chunk, int at, int wanted) {
    int rows = (chunk << Vector.CHUNK_SHIFT) + at;
    long more = Math.max(wanted, Math.max(Column.FEW_ROWS, rows / 8));
    int capacity = (int) Math.min(Vector.CHUNK, at + more);
    for (Column column : columns) {
      frameOutdated |= column.reserve(chunk, capacity);
    }
    lastCapacity = capacity;
    chunkCount = chunk + 1;
  }

  /** Keeps the newest time of these rows, the last {@code count} before {@code end}. */
  private void watchAge(int end, int count) {
    if (time != null) {
      newest = Math.max(newest, time.newest(end - count, count));
    }
  }

  @Override
  public void publish() {
    retain();
    if (frameOutdated) {
      refresh();
    } else {
      for (Column column : columns) {
        if (column.frameChanged()) {
          refresh();
          break;
        }
      }
    }
    View shown = view;
    if (shown.frame != frame || shown.rowEnd != rowEnd || shown.first != first) {
      view = view();
    }
  }

  private void refresh() {
    frame = frame();
    frameOutdated = false;
  }

  /** Hides rows that need not be kept and drops the chunks that are hidden altogether. */
  private void retain() {
    int keptFrom = first;
    long mostRows = Math.min(retention.rows(), MAX_ROWS);
    if (rowEnd - keptFrom > mostRows) {
      keptFrom = (int) (rowEnd - mostRows);
    }
    TimeOrder order = time;
    if (order != null && retention.age() != null && newest != Null.LONG) {
      keptFrom = firstOfAge(keptFrom, newest - retention.age().toNanos(), order);
    }
    if (retention.bytes() != Long.MAX_VALUE && chunkCount > 1) {
      keptFrom = Math.max(keptFrom, firstWithinBytes());
    }
    first = keptFrom;
    int hidden = first >>> Vector.CHUNK_SHIFT;
    if (hidden > 0) {
      drop(Math.min(hidden, chunkCount));
    }
    int kept = rowEnd - first;
    if (first >= Math.max(Column.FEW_ROWS, kept) && kept <= Vector.CHUNK / 2) {
      moveKept(kept);
    }
  }

  /** Puts the rows that are kept into a chunk of their own. */
  private void moveKept(int kept) {
    lastCapacity = Math.max(Column.FEW_ROWS, kept);
    chunkCount = 1;
    for (int i = 0; i < columns.length; i++) {
      columns[i] = columns[i].moved(first, rowEnd, lastCapacity);
    }
    if (time != null) {
      time = TimeOrder.of(columns[timeIndex]);
    }
    startAfter(first);
  }

  /** The first row that is not too old. Rows of no age leave with the next one that is too old. */
  private int firstOfAge(int from, long oldest, TimeOrder order) {
    int keptFrom = from;
    // No further into rows of no age than this, or a table of them would be searched every time.
    for (int row = from; row < rowEnd && row - keptFrom <= Vector.CHUNK; row++) {
      long nanos = order.nanos(row);
      if (nanos != Null.LONG) {
        if (nanos >= oldest) {
          break;
        }
        keptFrom = row + 1;
      }
    }
    return keptFrom;
  }

  /** Chunks are taken to be alike, which they are but for the items of general lists. */
  private int firstWithinBytes() {
    long bytes = allocatedBytesNow() + view.indexBytes();
    if (bytes <= retention.bytes()) {
      return 0;
    }
    long bytesAChunk = (long) ((double) bytes * Vector.CHUNK / rowCapacity());
    long excess = (bytes - retention.bytes() + bytesAChunk - 1) / bytesAChunk;
    return (int) Math.min(excess, chunkCount - 1) << Vector.CHUNK_SHIFT;
  }

  private void drop(int chunks) {
    for (Column column : columns) {
      column.dropChunks(chunks);
    }
    chunkCount -= chunks;
    startAfter(chunks << Vector.CHUNK_SHIFT);
  }

  /** The first {@code rows} rows are gone. */
  private void startAfter(int rows) {
    first -= rows;
    rowEnd -= rows;
    lastDescent = Math.max(-1, lastDescent - rows);
    frameOutdated = true;
    for (Column column : columns) {
      column.forgetUnused(rowEnd);
    }
  }

  @Override
  public void clear() {
    emptyColumns();
    time = TimeOrder.of(columns[timeIndex]);
    first = 0;
    rowEnd = 0;
    chunkCount = 0;
    lastCapacity = 0;
    lastDescent = -1;
    newest = Null.LONG;
    refresh();
    view = view();
  }

  @Override
  public Table snapshot() {
    return view.table();
  }

  /**
   * Has the index know the rows that readers see, so that a query finds little left to do. Any
   * thread.
   *
   * @param between called after every {@value #CAUGHT_UP_AT_ONCE} rows, while nobody is kept
   *     waiting
   */
  public void catchUp(Runnable between) {
    for (Vector column : view.table().columns()) {
      if (column instanceof SymbolVector symbols
          && symbols.index() instanceof GroupedIndex.View index) {
        index.catchUp(CAUGHT_UP_AT_ONCE, between);
      }
    }
  }

  @Override
  public int rowCount() {
    View shown = view;
    return shown.rowEnd - shown.first;
  }

  @Override
  public long rowsTaken() {
    return view.rowsTaken;
  }

  @Override
  public long allocatedBytes() {
    View shown = view;
    return shown.allocatedBytes + shown.indexBytes();
  }

  private long rowCapacity() {
    return chunkCount == 0 ? 0 : ((chunkCount - 1L) << Vector.CHUNK_SHIFT) + lastCapacity;
  }

  private long allocatedBytesNow() {
    long rowBytes = 0;
    long outside = 0;
    for (Column column : columns) {
      rowBytes += column.itemBytes();
      outside += column.outsideBytes();
    }
    return rowCapacity() * rowBytes + outside;
  }

  private Column.Frame[] frame() {
    Column.Frame[] frames = new Column.Frame[columns.length];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = columns[i].frame();
    }
    return frames;
  }

  private View view() {
    return new View(this, time != null && lastDescent <= first ? timeIndex : -1);
  }

  /** What readers see: a frame and the rows of it that count. */
  private static final class View {
    private final List<String> names;
    private final Column.Frame[] frame;
    private final int first;
    private final int rowEnd;

    /** The column that ascends, or -1. */
    private final int sorted;

    private final long rowsTaken;
    private final long allocatedBytes;
    private final @Nullable GroupedIndex index;

    /** Made by the first reader who asks; two may make one each, which are equal. */
    private @Nullable Table table;

    View(GrowingTable from, int sorted) {
      this.names = from.names;
      this.frame = from.frame;
      this.first = from.first;
      this.rowEnd = from.rowEnd;
      this.sorted = sorted;
      this.rowsTaken = from.rowsTaken;
      this.allocatedBytes = from.allocatedBytesNow();
      this.index = from.indexed == null ? null : from.indexed.index();
    }

    long indexBytes() {
      return index == null ? 0 : index.bytes();
    }

    Table table() {
      Table made = table;
      if (made == null) {
        made = make();
        table = made;
      }
      return made;
    }

    private Table make() {
      List<Vector> vectors = new ArrayList<>(frame.length);
      for (int i = 0; i < frame.length; i++) {
        Vector vector = frame[i].rows(first, rowEnd);
        vectors.add(i == sorted ? vector.withAttribute(Attribute.SORTED) : vector);
      }
      return new Table(names, vectors);
    }
  }
}
