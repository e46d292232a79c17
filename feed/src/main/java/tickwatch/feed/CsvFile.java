package tickwatch.feed;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tickwatch.feed.FieldText.BadField;

/**
 * A CSV file with a header line, read once from start to end. UTF-8, or what a byte order mark
 * says, or Windows-1252 where its first 64 kB are no UTF-8; gzip where its first bytes say so;
 * separated by commas, or by semicolons, tabs or bars where the header has more of those; quoted as
 * RFC 4180 says. Empty lines do not count. Where semicolons part fields, decimals may stand behind
 * a comma.
 *
 * <p>Fields are handed to their readers where they stand in the buffer: a line makes no object.
 */
final class CsvFile implements AutoCloseable {
  /** Takes one field of the current line. */
  @FunctionalInterface
  interface FieldReader {
    void read(char[] text, int from, int length) throws BadField;
  }

  /** What may part fields; where two are as frequent the first is taken. */
  private static final String SEPARATORS = ",\t;|";

  private static final int HEADER_BYTES = 1 << 16;
  private static final int MAX_FIELD_CHARS = 1 << 20;

  private final Path path;
  private final CountingStream counted;
  private final CsvReader<Line> reader;
  private final CloseableIterator<Line> lines;
  private final Line line = new Line();
  private final List<String> header;
  private final long byteLength;
  private final char decimal;
  private @Nullable FieldReader[] readers = {};
  private long rowCount;
  private boolean ended;

  // There is no other way yet to get past a stray quote to the next line.
  @SuppressWarnings("removal")
  private CsvFile(
      Path path,
      CountingStream counted,
      InputStream text,
      Charset charset,
      char separator,
      long bytes) {
    this.path = path;
    this.counted = counted;
    this.byteLength = bytes;
    this.decimal = separator == ';' ? ',' : '.';
    this.reader =
        CsvReader.builder()
            .fieldSeparator(separator)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowExtraCharsAfterClosingQuote(true)
            .detectBomHeader(true)
            .maxBufferSize(MAX_FIELD_CHARS)
            .build(line, text, charset);
    this.lines = reader.iterator();
    List<String> names = new ArrayList<>();
    line.names = names;
    advance();
    line.names = null;
    rowCount = 0;
    this.header = List.copyOf(names);
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws FeedException when it cannot be read or has no header
   */
  static CsvFile open(Path path) {
    InputStream toClose = InputStream.nullInputStream();
    try {
      if (Files.isDirectory(path)) {
        throw FeedException.precondition(path + " is a folder (expected: a CSV file)");
      }
      CountingStream counted = new CountingStream(Files.newInputStream(path));
      toClose = counted;
      InputStream text = new BufferedInputStream(counted, HEADER_BYTES);
      text.mark(2);
      boolean gzip = text.read() == 0x1f && text.read() == 0x8b;
      text.reset();
      if (gzip) {
        text = new BufferedInputStream(new GZIPInputStream(text, HEADER_BYTES), HEADER_BYTES);
      }
      text.mark(HEADER_BYTES);
      byte[] start = text.readNBytes(HEADER_BYTES);
      text.reset();
      CsvFile file =
          new CsvFile(path, counted, text, charset(start), separator(start), Files.size(path));
      if (file.header.isEmpty()) {
        throw FeedException.precondition(
            path + " is empty (expected: a header line with the columns' names)");
      }
      return file;
    } catch (IOException e) {
      close(toClose);
      throw new FeedException(
          FeedException.Kind.PRECONDITION,
          e instanceof NoSuchFileException
              ? "there is no file " + path
              : path + " cannot be read: " + e.getMessage(),
          e);
    } catch (FeedException e) {
      close(toClose);
      throw e;
    }
  }

  /** UTF-8, if the start is; else what spreadsheets wrote before, of which any bytes can be. */
  private static Charset charset(byte[] start) {
    CharBuffer unused = CharBuffer.allocate(start.length);
    boolean isUtf8 =
        !StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(start), unused, false)
            .isError();
    return isUtf8 ? StandardCharsets.UTF_8 : Charset.forName("windows-1252");
  }

  /** The most frequent of comma, tab, semicolon and bar before the first line's end. */
  private static char separator(byte[] start) {
    int[] counts = new int[SEPARATORS.length()];
    boolean quoted = false;
    for (byte b : start) {
      if (b == '\n' && !quoted) {
        break;
      }
      quoted ^= b == '"';
      int at = SEPARATORS.indexOf(b);
      if (at >= 0 && !quoted) {
        counts[at]++;
      }
    }
    int most = 0;
    for (int i = 1; i < counts.length; i++) {
      most = counts[i] > counts[most] ? i : most;
    }
    return SEPARATORS.charAt(most);
  }

  Path path() {
    return path;
  }

  /** The columns' names, without blanks around them. */
  List<String> header() {
    return header;
  }

  /** What decimals may stand behind, beside a point. */
  char decimal() {
    return decimal;
  }

  /**
   * Says who takes the fields from the next line on.
   *
   * @param wanted one for each column; null for a column nobody wants
   */
  void readWith(@Nullable FieldReader[] wanted) {
    readers = wanted;
  }

  /**
   * Reads the next line.
   *
   * @return false at the end
   * @throws FeedException when the file breaks off or cannot be read on
   */
  boolean next() {
    return advance();
  }

  private boolean advance() {
    if (ended) {
      return false;
    }
    try {
      if (lines.hasNext()) {
        lines.next();
        rowCount++;
        return true;
      }
      ended = true;
      return false;
    } catch (CsvParseException e) {
      throw new FeedException(
          FeedException.Kind.FAILURE,
          path
              + " cannot be read on after line "
              + line.number
              + ": "
              + e.getMessage()
              + " (is a quote left open?)",
          e);
    } catch (UncheckedIOException e) {
      throw new FeedException(
          FeedException.Kind.FAILURE,
          path + " cannot be read on after line " + line.number + ": " + e.getMessage(),
          e);
    }
  }

  /** Lines read so far, the header and empty ones not counted. */
  long rowCount() {
    return rowCount;
  }

  /** Where the current line starts; the header is line 1. */
  long lineNumber() {
    return line.number;
  }

  /** What is wrong with the current line; null if it is good. */
  @Nullable String error() {
    if (line.error == null && line.fieldCount != header.size()) {
      return "it has " + line.fieldCount + " fields (expected: " + header.size() + ")";
    }
    return line.error;
  }

  long bytesRead() {
    return counted.count;
  }

  long byteLength() {
    return byteLength;
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      // nothing was written, so nothing is lost
    }
  }

  private static void close(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // nothing was written, so nothing is lost
    }
  }

  /** Takes FastCSV's fields; the same object stands for every line. */
  private final class Line extends CsvCallbackHandler<Line> {
    private @Nullable List<String> names;
    private long number = 1;
    private int fieldCount;
    private @Nullable String error;
    private RecordType recordType = RecordType.DATA;

    @Override
    protected RecordType getRecordType() {
      return recordType;
    }

    @Override
    protected int getFieldCount() {
      return fieldCount;
    }

    @Override
    protected void beginRecord(long startingLineNumber) {
      number = startingLineNumber;
      fieldCount = 0;
      error = null;
      recordType = RecordType.DATA;
    }

    @Override
    protected void addField(char[] buffer, int offset, int length, boolean quoted) {
      int column = fieldCount++;
      if (names != null) {
        names.add(FieldText.sameOr("", buffer, offset, length));
        return;
      }
      if (column >= readers.length || error != null) {
        return;
      }
      FieldReader wanted = readers[column];
      if (wanted != null) {
        try {
          wanted.read(buffer, offset, length);
        } catch (BadField e) {
          error = header.get(column) + " " + e.getMessage();
        }
      }
    }

    @Override
    protected void setComment(char[] buffer, int offset, int length) {
      recordType = RecordType.COMMENT;
    }

    @Override
    protected void setEmpty() {
      recordType = RecordType.EMPTY;
    }

    @Override
    protected Line buildRecord() {
      return this;
    }
  }

  private static final class CountingStream extends FilterInputStream {
    private volatile long count;

    CountingStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      add(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      add(Math.max(read, 0));
      return read;
    }

    // One thread reads the file; others may look at the count.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void add(int bytes) {
      count += bytes;
    }
  }
}
