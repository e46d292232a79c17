package tickwatch.rdb.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * A keyed table: rows are upserted. A row whose key is new comes last; any other takes the place of
 * the row with its key. Nothing ages: a keyed table is what is known now.
 *
 * <p>Meant for reference data: publishing costs an int a key. Underneath every row is appended to a
 * {@link GrowingTable}, which is made anew from the living rows when most of it is dead, so that a
 * snapshot stays what it was.
 *
 * <p><b>Threads.</b> As {@link GrowingTable}: {@code view} is the only thing shared. It is volatile
 * and holds a snapshot and an array of its own that nobody writes any more.
 */
public final class KeyedTable implements StoredTable {
  private final List<String> names;
  private final List<QType> types;
  private final int keyColumns;

  private final Map<Object, Integer> positions = new HashMap<>();

  /** The row that holds each key, by the key's position. */
  private int[] rowOf = new int[16];

  private GrowingTable rows;
  private int appended;
  private long rowsTaken;

  private volatile View view;

  /** An empty table, published. */
  public KeyedTable(List<String> names, List<QType> types, int keyColumns) {
    if (keyColumns < 1 || keyColumns >= names.size()) {
      throw new StoreException(
          keyColumns + " key columns of " + names.size() + " (expected: fewer, and at least 1)");
    }
    this.names = List.copyOf(names);
    this.types = List.copyOf(types);
    this.keyColumns = keyColumns;
    this.rows = new GrowingTable(names, types, Retention.ALL);
    this.view = view();
  }

  @Override
  public void append(Table batch) {
    rows.append(batch);
    int count = batch.rowCount();
    for (int row = 0; row < count; row++) {
      Integer position = positions.putIfAbsent(key(batch, row), positions.size());
      if (position == null) {
        position = positions.size() - 1;
        if (position == rowOf.length) {
          rowOf = Arrays.copyOf(rowOf, 2 * position);
        }
      }
      rowOf[position] = appended + row;
    }
    appended += count;
    rowsTaken += count;
  }

  private Object key(Table batch, int row) {
    if (keyColumns == 1) {
      return batch.columns().get(0).item(row);
    }
    List<Value> key = new ArrayList<>(keyColumns);
    for (int i = 0; i < keyColumns; i++) {
      key.add(batch.columns().get(i).item(row));
    }
    return key;
  }

  @Override
  public void publish() {
    if (rowsTaken == view.rowsTaken) {
      return;
    }
    if (appended > 2 * positions.size() + Vector.CHUNK) {
      compact();
    }
    rows.publish();
    view = view();
  }

  private void compact() {
    rows.publish();
    int living = positions.size();
    Table alive = rows.snapshot().at(rowOf, living);
    rows = new GrowingTable(names, types, Retention.ALL);
    rows.append(alive);
    for (int position = 0; position < living; position++) {
      rowOf[position] = position;
    }
    appended = living;
  }

  @Override
  public void clear() {
    positions.clear();
    rows = new GrowingTable(names, types, Retention.ALL);
    appended = 0;
    view = view();
  }

  @Override
  public Value snapshot() {
    return view.keyed();
  }

  @Override
  public int rowCount() {
    return view.rowOf.length;
  }

  @Override
  public long rowsTaken() {
    return view.rowsTaken;
  }

  @Override
  public long allocatedBytes() {
    return view.allocatedBytes;
  }

  private View view() {
    return new View(this, Arrays.copyOf(rowOf, positions.size()));
  }

  private static final class View {
    private final Table all;
    private final int[] rowOf;
    private final int keyColumns;
    private final long rowsTaken;
    private final long allocatedBytes;

    /** Made by the first reader who asks; two may make one each, which are equal. */
    private @Nullable Dictionary keyed;

    View(KeyedTable from, int[] rowOf) {
      this.all = from.rows.snapshot();
      this.rowOf = rowOf;
      this.keyColumns = from.keyColumns;
      this.rowsTaken = from.rowsTaken;
      this.allocatedBytes = from.rows.allocatedBytes();
    }

    Dictionary keyed() {
      Dictionary made = keyed;
      if (made == null) {
        Table alive = all.at(rowOf, rowOf.length);
        made =
            new Dictionary(
                columns(alive, 0, keyColumns), columns(alive, keyColumns, all.names().size()));
        keyed = made;
      }
      return made;
    }

    private static Table columns(Table table, int from, int to) {
      return new Table(table.names().subList(from, to), table.columns().subList(from, to));
    }
  }
}
