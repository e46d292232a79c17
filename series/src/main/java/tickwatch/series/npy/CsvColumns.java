package tickwatch.series.npy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tickwatch.series.CommaList;
import tickwatch.series.SeriesException;

/**
 * Columns of numbers from a CSV file, copied into a {@code .npy} file of rows × columns, which can
 * then be read at any place.
 *
 * <p>The first line has the names. Fields are parted by commas, semicolons or tabs, whichever the
 * first line has most of; a field may stand in double quotes, and where semicolons part fields,
 * decimals may stand behind a comma. Without names asked for, the columns are those whose first
 * value is a number. An empty field, {@code NA}, {@code null} and {@code NaN}, in capitals or not,
 * are missing values. A file may be compressed with gzip. Memory is bounded by the longest line.
 */
public final class CsvColumns {
  private static final int HEAD_BYTES = 128;
  private static final int MAX_LINE = 1 << 20;
  private static final int BUFFER_ROWS_BYTES = 1 << 20;

  /** Rows in which a column's first value is looked for, and characters of them. */
  private static final int FIRST_ROWS = 1000;

  private static final int FIRST_CHARS = 1 << 22;

  private CsvColumns() {}

  /**
   * Copies columns.
   *
   * @param wanted names of columns, perhaps several with commas between them, as {@link CommaList}
   *     has them; or none for all that hold numbers
   * @param copy where the {@code .npy} file goes
   * @return the names of the copied columns
   */
  public static List<String> copy(Path csv, List<String> wanted, Path copy) {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(csv), 1 << 16);
        Reader in = new InputStreamReader(unpacked(file), StandardCharsets.UTF_8);
        PartialFile out = PartialFile.create(copy, 0)) {
      List<String> names = new Lines(in, csv).copy(wanted, out);
      out.commit();
      return names;
    } catch (IOException e) {
      throw new SeriesException(csv + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static InputStream unpacked(InputStream file) throws IOException {
    file.mark(2);
    boolean gzip = file.read() == 0x1f && file.read() == 0x8b;
    file.reset();
    return gzip ? new GZIPInputStream(file, 1 << 16) : file;
  }

  /** One pass over the lines. */
  private static final class Lines {
    private final Reader in;
    private final Path csv;
    private final char[] buffer = new char[1 << 16];
    private int at;
    private int end;
    private long lineNumber;
    private char separator = ',';
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private long position = HEAD_BYTES;
    private long rows;

    Lines(Reader in, Path csv) {
      this.in = in;
      this.csv = csv;
    }

    List<String> copy(List<String> wanted, PartialFile out) throws IOException {
      String first = line();
      if (first.isEmpty()) {
        throw new SeriesException(csv + ": has no line of column names");
      }
      if (first.charAt(0) == '\uFEFF') {
        first = first.substring(1);
      }
      separator = separator(first);
      List<String> names = fields(first);
      List<Row> firstRows = new ArrayList<>();
      int chars = 0;
      Row row = row(names.size());
      while (row != null && firstRows.size() < FIRST_ROWS && chars < FIRST_CHARS) {
        firstRows.add(row);
        chars += row.chars;
        row = row(names.size());
      }
      int[] columns = columns(names, firstRows, wanted);
      bytes =
          ByteBuffer.allocate(Math.max(BUFFER_ROWS_BYTES, columns.length * 8))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (Row one : firstRows) {
        put(one, columns, names, out);
      }
      for (; row != null; row = row(names.size())) {
        put(row, columns, names, out);
      }
      flush(bytes, out, position);
      out.write(ByteBuffer.wrap(head(rows, columns.length)), 0);
      return Arrays.stream(columns).mapToObj(names::get).toList();
    }

    /** The most frequent of comma, semicolon and tab outside quotes. */
    private static char separator(String line) {
      char best = ',';
      long most = -1;
      for (char candidate : new char[] {',', ';', '\t'}) {
        long count = 0;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
          quoted ^= line.charAt(i) == '"';
          count += !quoted && line.charAt(i) == candidate ? 1 : 0;
        }
        if (count > most) {
          most = count;
          best = candidate;
        }
      }
      return best;
    }

    /** A line's fields. */
    private record Row(long line, List<String> fields, int chars) {}

    /** The next row; null at the end. */
    private @Nullable Row row(int fieldCount) throws IOException {
      String line = line();
      if (line.isEmpty()) {
        return null;
      }
      List<String> fields = fields(line);
      if (fields.size() != fieldCount) {
        throw new SeriesException(
            csv
                + ": line "
                + lineNumber
                + " has "
                + fields.size()
                + " fields (expected: "
                + fieldCount
                + ", as the first line)");
      }
      return new Row(lineNumber, fields, line.length());
    }

    private void put(Row row, int[] columns, List<String> names, PartialFile out) {
      if (bytes.remaining() < columns.length * 8) {
        position += flush(bytes, out, position);
      }
      for (int column : columns) {
        bytes.putDouble(number(row.fields.get(column), row.line, names.get(column)));
      }
      rows++;
    }

    private static int flush(ByteBuffer bytes, PartialFile out, long position) {
      int length = bytes.position();
      out.write(bytes.flip(), position);
      bytes.clear();
      return length;
    }

    /** A head of a fixed length, since the rows are counted only at the end. */
    private static byte[] head(long rows, int columns) {
      byte[] head = NpyHeader.bytes("<f8", false, rows, columns);
      byte[] padded = new byte[HEAD_BYTES];
      Arrays.fill(padded, (byte) ' ');
      System.arraycopy(head, 0, padded, 0, head.length - 1);
      padded[HEAD_BYTES - 1] = '\n';
      padded[8] = (byte) (HEAD_BYTES - 10);
      padded[9] = 0;
      return padded;
    }

    private int[] columns(List<String> names, List<Row> firstRows, List<String> wanted) {
      List<Integer> columns = new ArrayList<>();
      for (String name : CommaList.names(wanted, names::contains)) {
        int column = names.indexOf(name);
        if (column < 0) {
          throw new SeriesException(
              csv
                  + ": has no column \""
                  + name
                  + "\" (expected: one of "
                  + String.join(", ", names)
                  + ")");
        }
        columns.add(column);
      }
      if (wanted.isEmpty()) {
        for (int i = 0; i < names.size(); i++) {
          if (isNumber(first(firstRows, i))) {
            columns.add(i);
          }
        }
      }
      if (columns.isEmpty()) {
        throw new SeriesException(csv + ": has no column of numbers in its first rows");
      }
      return columns.stream().mapToInt(c -> c).toArray();
    }

    /** The first value of a column; empty where there is none. */
    private static String first(List<Row> rows, int column) {
      for (Row row : rows) {
        if (!isMissing(row.fields.get(column))) {
          return row.fields.get(column);
        }
      }
      return "";
    }

    private static boolean isMissing(String field) {
      return switch (field.length()) {
        case 0 -> true;
        case 2 -> field.equalsIgnoreCase("na");
        case 3 -> field.equalsIgnoreCase("nan");
        case 4 -> field.equalsIgnoreCase("null");
        default -> false;
      };
    }

    private boolean isNumber(String field) {
      try {
        return !Double.isNaN(parsed(field));
      } catch (NumberFormatException e) {
        return false;
      }
    }

    private double parsed(String field) {
      return Double.parseDouble(separator == ';' ? field.replace(',', '.') : field);
    }

    private double number(String field, long line, String name) {
      if (isMissing(field)) {
        return Double.NaN;
      }
      try {
        return parsed(field);
      } catch (NumberFormatException e) {
        throw new SeriesException(
            csv
                + ": line "
                + line
                + ", column "
                + name
                + ": \""
                + field
                + "\" (expected: a number)",
            e);
      }
    }

    private List<String> fields(String line) {
      List<String> fields = new ArrayList<>();
      StringBuilder field = new StringBuilder();
      boolean quoted = false;
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c == '"') {
          if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
            field.append('"');
            i++;
          } else {
            quoted = !quoted;
          }
        } else if (c == separator && !quoted) {
          fields.add(field.toString().trim());
          field.setLength(0);
        } else {
          field.append(c);
        }
      }
      fields.add(field.toString().trim());
      return fields;
    }

    /** The next line that is not blank, or an empty text at the end. */
    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      while (true) {
        if (at == end) {
          at = 0;
          end = Math.max(0, in.read(buffer));
          if (end == 0) {
            lineNumber++;
            return line.toString().isBlank() ? "" : line.toString();
          }
        }
        char c = buffer[at++];
        if (c == '\n') {
          lineNumber++;
          if (!line.toString().isBlank()) {
            return line.toString();
          }
          line.setLength(0);
        } else if (c != '\r') {
          line.append(c);
          if (line.length() > MAX_LINE) {
            throw new SeriesException(
                csv + ": line " + (lineNumber + 1) + " is longer than " + MAX_LINE + " characters");
          }
        }
      }
    }
  }
}
