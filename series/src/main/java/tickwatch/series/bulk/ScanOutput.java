package tickwatch.series.bulk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import tickwatch.series.SeriesException;
import tickwatch.series.npy.PartialFile;
import tickwatch.series.npy.SeriesFile;

/**
 * A file of a scan's results: {@code .npy} is a mask, {@code .csv} a list of the flagged values.
 */
final class ScanOutput implements Findings, AutoCloseable {
  private static final String CSV_HEAD = "column,index,value,score\n";

  private final PartialFile file;
  private final long rows;
  private final boolean csv;
  private final boolean bits;
  private final int headLength;
  private long position;

  private ScanOutput(PartialFile file, long rows, boolean csv, boolean bits, byte[] head) {
    this.file = file;
    this.rows = rows;
    this.csv = csv;
    this.bits = bits;
    this.headLength = head.length;
    this.position = head.length;
  }

  static ScanOutput create(Path path, Source source, boolean bits) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    boolean csv = name.endsWith(".csv");
    if (!csv && !name.endsWith(".npy")) {
      throw new SeriesException(
          "out: " + path + " (expected: a name ending in .npy, a mask, or .csv, a list)");
    }
    byte[] head =
        csv
            ? CSV_HEAD.getBytes(StandardCharsets.US_ASCII)
            : SeriesFile.maskHead(bits, source.rows(), source.columns());
    long perColumn = bits ? (source.rows() + 7) / 8 : source.rows();
    PartialFile file =
        PartialFile.create(path, csv ? 0 : head.length + perColumn * source.columns());
    boolean begun = false;
    try {
      file.write(ByteBuffer.wrap(head), 0);
      begun = true;
      return new ScanOutput(file, source.rows(), csv, bits, head);
    } finally {
      if (!begun) {
        file.close();
      }
    }
  }

  @Override
  public boolean inOrder() {
    return csv;
  }

  @Override
  public boolean wantsScores() {
    return csv;
  }

  @Override
  public void take(Stretch stretch) {
    if (csv) {
      list(stretch);
    } else {
      mask(stretch);
    }
  }

  private void list(Stretch stretch) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < stretch.found(); i++) {
      text.append(stretch.column())
          .append(',')
          .append(stretch.from() + stretch.place(i))
          .append(',')
          .append(stretch.value(i))
          .append(',')
          .append(stretch.score(i))
          .append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
    file.write(ByteBuffer.wrap(bytes), position);
    position += bytes.length;
  }

  private void mask(Stretch stretch) {
    byte[] mask = new byte[bits ? (stretch.length() + 7) / 8 : stretch.length()];
    for (int i = 0; i < stretch.found(); i++) {
      int place = stretch.place(i);
      if (bits) {
        mask[place >> 3] |= (byte) (0x80 >>> (place & 7));
      } else {
        mask[place] = 1;
      }
    }
    long perColumn = bits ? (rows + 7) / 8 : rows;
    long at = stretch.column() * perColumn + (bits ? stretch.from() / 8 : stretch.from());
    file.write(ByteBuffer.wrap(mask), headLength + at);
  }

  void commit() {
    file.commit();
  }

  @Override
  public void close() {
    file.close();
  }
}
