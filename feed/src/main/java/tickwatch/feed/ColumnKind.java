package tickwatch.feed;

import com.kx.c;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.feed.FieldText.BadField;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;

/**
 * The types of columns that a CSV file can fill: how a field is read into a {@link Row}, and how
 * rows become the array that javakdb sends. Adding one is adding one constant.
 */
enum ColumnKind {
  FLOAT(QType.FLOAT) {
    @Override
    void read(char[] text, int from, int length, Row row, int column) throws BadField {
      row.numbers[column] =
          FieldText.isNull(text, from, length)
              ? Double.NaN
              : FieldText.number(text, from, length, row.decimal);
    }

    @Override
    Object array(int rows) {
      return new double[rows];
    }

    @Override
    void put(Object array, int at, Row row, int column) {
      ((double[]) array)[at] = row.numbers[column];
    }

    @Override
    Object first(Object array, int rows) {
      return Arrays.copyOf((double[]) array, rows);
    }
  },
  REAL(QType.REAL) {
    @Override
    void read(char[] text, int from, int length, Row row, int column) throws BadField {
      FLOAT.read(text, from, length, row, column);
    }

    @Override
    Object array(int rows) {
      return new float[rows];
    }

    @Override
    void put(Object array, int at, Row row, int column) {
      ((float[]) array)[at] = (float) row.numbers[column];
    }

    @Override
    Object first(Object array, int rows) {
      return Arrays.copyOf((float[]) array, rows);
    }
  },
  LONG(QType.LONG) {
    @Override
    void read(char[] text, int from, int length, Row row, int column) throws BadField {
      row.wholes[column] = wholeOrNull(text, from, length, Null.LONG, Long.MAX_VALUE);
    }

    @Override
    Object array(int rows) {
      return new long[rows];
    }

    @Override
    void put(Object array, int at, Row row, int column) {
      ((long[]) array)[at] = row.wholes[column];
    }

    @Override
    Object first(Object array, int rows) {
      return Arrays.copyOf((long[]) array, rows);
    }
  },
  INT(QType.INT) {
    @Override
    void read(char[] text, int from, int length, Row row, int column) throws BadField {
      row.wholes[column] = wholeOrNull(text, from, length, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    @Override
    Object array(int rows) {
      return new int[rows];
    }

    @Override
    void put(Object array, int at, Row row, int column) {
      ((int[]) array)[at] = (int) row.wholes[column];
    }

    @Override
    Object first(Object array, int rows) {
      return Arrays.copyOf((int[]) array, rows);
    }
  },
  SHORT(QType.SHORT) {
    @Override
    void read(char[] text, int from, int length, Row row, int column) throws BadField {
      row.wholes[column] = wholeOrNull(text, from, length, Short.MIN_VALUE, Short.MAX_VALUE);
    }

    @Override
    Object array(int rows) {
      return new short[rows];
    }

    @Override
    void put(Object array, int at, Row row, int column) {
      ((short[]) array)[at] = (short) row.wholes[column];
    }

    @Override
    Object first(Object array, int rows) {
      return Arrays.copyOf((short[]) array, rows);
    }
  },
  BOOLEAN(QType.BOOLEAN) {
    @Override
    void read(char[] text, int from, int length, Row row, int column) throws BadField {
      row.wholes[column] = FieldText.truth(text, from, length) ? 1 : 0;
    }

    @Override
    Object array(int rows) {
      return new boolean[rows];
    }

    @Override
    void put(Object array, int at, Row row, int column) {
      ((boolean[]) array)[at] = row.wholes[column] != 0;
    }

    @Override
    Object first(Object array, int rows) {
      return Arrays.copyOf((boolean[]) array, rows);
    }
  },
  SYMBOL(QType.SYMBOL) {
    @Override
    void read(char[] text, int from, int length, Row row, int column) {
      row.texts[column] = FieldText.sameOr(row.texts[column], text, from, length);
    }

    @Override
    Object array(int rows) {
      return new String[rows];
    }

    @Override
    void put(Object array, int at, Row row, int column) {
      ((String[]) array)[at] = row.texts[column];
    }

    @Override
    Object first(Object array, int rows) {
      return Arrays.copyOf((String[]) array, rows);
    }
  },
  /** An untyped column gets q strings. */
  STRING(QType.LIST) {
    @Override
    void read(char[] text, int from, int length, Row row, int column) {
      row.texts[column] = FieldText.sameOr(row.texts[column], text, from, length);
    }

    @Override
    Object array(int rows) {
      return new Object[rows];
    }

    @Override
    void put(Object array, int at, Row row, int column) {
      ((Object[]) array)[at] = row.texts[column].toCharArray();
    }

    @Override
    Object first(Object array, int rows) {
      return Arrays.copyOf((Object[]) array, rows);
    }
  },
  TIMESTAMP(QType.TIMESTAMP) {
    @Override
    void read(char[] text, int from, int length, Row row, int column) throws BadField {
      row.wholes[column] =
          FieldText.isNull(text, from, length) ? Null.LONG : FieldText.time(text, from, length);
    }

    @Override
    Object array(int rows) {
      return new Instant[rows];
    }

    @Override
    void put(Object array, int at, Row row, int column) {
      ((Instant[]) array)[at] = instant(row.wholes[column]);
    }

    @Override
    Object first(Object array, int rows) {
      return Arrays.copyOf((Instant[]) array, rows);
    }
  },
  DATE(QType.DATE) {
    @Override
    void read(char[] text, int from, int length, Row row, int column) throws BadField {
      TIMESTAMP.read(text, from, length, row, column);
    }

    @Override
    Object array(int rows) {
      return new LocalDate[rows];
    }

    @Override
    void put(Object array, int at, Row row, int column) {
      long nanos = row.wholes[column];
      ((LocalDate[]) array)[at] =
          nanos == Null.LONG
              ? LocalDate.MIN
              : LocalDate.of(2000, 1, 1).plusDays(Math.floorDiv(nanos, NANOS_PER_DAY));
    }

    @Override
    Object first(Object array, int rows) {
      return Arrays.copyOf((LocalDate[]) array, rows);
    }
  },
  /** A point in time leaves its time of day, as in the tables of kdb+tick. */
  TIMESPAN(QType.TIMESPAN) {
    @Override
    void read(char[] text, int from, int length, Row row, int column) throws BadField {
      TIMESTAMP.read(text, from, length, row, column);
    }

    @Override
    Object array(int rows) {
      return new c.Timespan[rows];
    }

    @Override
    void put(Object array, int at, Row row, int column) {
      long nanos = row.wholes[column];
      ((c.Timespan[]) array)[at] =
          new c.Timespan(nanos == Null.LONG ? nanos : Math.floorMod(nanos, NANOS_PER_DAY));
    }

    @Override
    Object first(Object array, int rows) {
      return Arrays.copyOf((c.Timespan[]) array, rows);
    }
  };

  private static final long NANOS_PER_DAY = 86_400_000_000_000L;
  private static final long EPOCH_2000_SECONDS = 946_684_800L;

  private final QType type;

  ColumnKind(QType type) {
    this.type = type;
  }

  QType type() {
    return type;
  }

  /** The kind that fills a column of this type; null where a CSV file cannot. */
  static @Nullable ColumnKind of(QType type) {
    for (ColumnKind kind : values()) {
      if (kind.type == type) {
        return kind;
      }
    }
    return null;
  }

  /** Reads a field into the row. */
  abstract void read(char[] text, int from, int length, Row row, int column) throws BadField;

  /** The array javakdb sends as this column, for {@code rows} rows. */
  abstract Object array(int rows);

  /** Copies the row's value into such an array. */
  abstract void put(Object array, int at, Row row, int column);

  /** A copy of the first rows of such an array. */
  abstract Object first(Object array, int rows);

  /** What javakdb takes for a timestamp; it needs one object a value. */
  static Instant instant(long nanosSince2000) {
    return nanosSince2000 == Null.LONG
        ? Instant.MIN
        : Instant.ofEpochSecond(
            EPOCH_2000_SECONDS + Math.floorDiv(nanosSince2000, 1_000_000_000L),
            Math.floorMod(nanosSince2000, 1_000_000_000L));
  }

  /** A whole number, or the type's null, which is one below its least number. */
  private static long wholeOrNull(char[] text, int from, int length, long nullValue, long most)
      throws BadField {
    return FieldText.isNull(text, from, length)
        ? nullValue
        : FieldText.whole(text, from, length, nullValue + 1, most);
  }
}
