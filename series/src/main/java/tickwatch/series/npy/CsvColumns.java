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
import tickwatch.series.SeriesException;

/**
 * Columns of numbers from a CSV file, copied into a {@code .npy} file of rows × columns, which can
 * then be read at any place.
 *
 * <p>The first line has the names. Fields are parted by commas, semicolons or tabs, whichever the
 * first line has most of; a field may stand in double quotes. Without names asked for, the columns
 * are those whose first value is a number. An empty field, {@code NA}, {@code null} and {@code NaN}
 * are missing values. A file may be compressed with gzip. Memory is bounded by the longest line.
 */
public final class CsvColumns {
  private static final int HEAD_BYTES = 128;
  private static final int MAX_LINE = 1 << 20;
  private static final int BUFFER_ROWS_BYTES = 1 << 20;

  private CsvColumns() {}

  /**
   * Copies columns.
   *
   * @param wanted names of columns, or none for all that hold numbers
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
      for (char candidate : new char[] {',', ';', '\t'}) {
        char now = candidate;
        char best = separator;
        if (first.chars().filter(c -> c == now).count()
            > first.chars().filter(c -> c == best).count()) {
          separator = candidate;
        }
      }
      List<String> names = fields(first);
      String line = line();
      List<String> fields = line.isEmpty() ? List.of() : fields(line);
      int[] columns = columns(names, fields, wanted);
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.max(BUFFER_ROWS_BYTES, columns.length * 8))
              .order(ByteOrder.LITTLE_ENDIAN);
      long position = HEAD_BYTES;
      long rows = 0;
      while (!line.isEmpty()) {
        if (fields.size() != names.size()) {
          throw new SeriesException(
              csv
                  + ": line "
                  + lineNumber
                  + " has "
                  + fields.size()
                  + " fields (expected: "
                  + names.size()
                  + ", as the first line)");
        }
        if (bytes.remaining() < columns.length * 8) {
          position += flush(bytes, out, position);
        }
        for (int column : columns) {
          bytes.putDouble(number(fields.get(column), names.get(column)));
        }
        rows++;
        line = line();
        if (!line.isEmpty()) {
          fields = fields(line);
        }
      }
      flush(bytes, out, position);
      out.write(ByteBuffer.wrap(head(rows, columns.length)), 0);
      return Arrays.stream(columns).mapToObj(names::get).toList();
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

    private int[] columns(List<String> names, List<String> fields, List<String> wanted) {
      List<Integer> columns = new ArrayList<>();
      for (String name : wanted) {
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
        for (int i = 0; i < Math.min(names.size(), fields.size()); i++) {
          if (isNumber(fields.get(i))) {
            columns.add(i);
          }
        }
      }
      if (columns.isEmpty()) {
        throw new SeriesException(csv + ": has no column of numbers in its first row");
      }
      return columns.stream().mapToInt(c -> c).toArray();
    }

    private static boolean isNumber(String field) {
      try {
        return !Double.isNaN(Double.parseDouble(field));
      } catch (NumberFormatException e) {
        return false;
      }
    }

    private double number(String field, String name) {
      switch (field) {
        case "", "NA", "null", "NaN", "nan" -> {
          return Double.NaN;
        }
        default -> {
          try {
            return Double.parseDouble(field);
          } catch (NumberFormatException e) {
            throw new SeriesException(
                csv
                    + ": line "
                    + lineNumber
                    + ", column "
                    + name
                    + ": \""
                    + field
                    + "\" (expected: a number)",
                e);
          }
        }
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
