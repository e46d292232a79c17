package tickwatch.tick;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.Null;

/**
 * A tick log: kdb+'s own format, so that {@code -11!} replays it.
 *
 * <pre>
 *   0 .. 7                    8 ..
 *  +-------------------------+-----------+-----------+----
 *  | ff 01 00 00 00 00 00 00 | message 1 | message 2 | ...
 *  +-------------------------+-----------+-----------+----
 *  message: one value as it travels, little-endian, without the header of the wire
 *    00 00 03000000  f5 'upd' 00  f5 table 00  columns      (`upd;`table;(column;column;...))
 * </pre>
 *
 * <p>The name is {@code <directory>/<schema name><YYYY.MM.DD>}.
 *
 * <p>Publishers that number their messages stand in the log too: a message {@code
 * (`upd;`publisher;(times;syms;seqs;messages))} precedes the data of a publisher, and its {@code
 * messages} say how many of the messages behind it are that publisher's (0: one was refused, or the
 * row only carries the number over from the day before). A marker with fewer messages behind it
 * than it says was never published and does not count.
 *
 * <p>Source: "Log files" in the kdb+ and q documentation, and what q itself writes.
 */
public final class TickLog {
  /** The bytes before the first message. */
  public static final int HEADER_BYTES = 8;

  /** No message is longer than the longest one that can arrive over the wire. */
  static final int MAX_MESSAGE_BYTES = 1 << 30;

  private static final int SCAN_BYTES = 1 << 20;

  private static final Pattern DATED = Pattern.compile("(\\d{4})\\.(\\d\\d)\\.(\\d\\d)$");

  private TickLog() {}

  /** A fresh copy of the bytes before the first message. */
  public static ByteBuffer header() {
    return ByteBuffer.wrap(new byte[] {(byte) 0xff, 1, 0, 0, 0, 0, 0, 0});
  }

  /** The bytes of an {@code upd} of a table up to where its columns begin. */
  public static byte[] prefix(String table) {
    byte[] name = table.getBytes(StandardCharsets.ISO_8859_1);
    byte[] upd = {0, 0, 3, 0, 0, 0, -11, 'u', 'p', 'd', 0, -11};
    byte[] prefix = new byte[upd.length + name.length + 1];
    System.arraycopy(upd, 0, prefix, 0, upd.length);
    System.arraycopy(name, 0, prefix, upd.length, name.length);
    return prefix;
  }

  /** The log of a day. */
  public static Path path(Path directory, String schemaName, int day) {
    return directory.resolve(schemaName + date(day));
  }

  /** {@code YYYY.MM.DD}. */
  static String date(int day) {
    LocalDate date = Epoch.dateOf(day);
    return "%04d.%02d.%02d".formatted(date.getYear(), date.getMonthValue(), date.getDayOfMonth());
  }

  /** The day in the last ten characters of a log's name, or the null int. */
  public static int dayOf(String path) {
    Matcher dated = DATED.matcher(path);
    if (!dated.find()) {
      return Null.INT;
    }
    try {
      return Epoch.dayOf(
          LocalDate.of(
              Integer.parseInt(dated.group(1)),
              Integer.parseInt(dated.group(2)),
              Integer.parseInt(dated.group(3))));
    } catch (DateTimeException e) {
      return Null.INT;
    }
  }

  /**
   * What a log holds, as {@code -11!(-2;file)} would say.
   *
   * @param messages whole messages, from the start of the log up to the first damage
   * @param goodBytes where they end
   * @param fileBytes how long the file is; more than {@code goodBytes} when the log is damaged
   */
  public record Contents(long messages, long goodBytes, long fileBytes) {
    public boolean isWhole() {
      return goodBytes == fileBytes;
    }
  }

  /**
   * Counts the messages of a log; changes nothing.
   *
   * @throws TickLogException if the file cannot be read or is no tick log
   */
  public static Contents count(Path log) {
    Scan scan = scan(log);
    return new Contents(scan.messages, scan.goodBytes, scan.fileBytes);
  }

  /**
   * What recovery found and did.
   *
   * @param messages whole messages that were kept
   * @param bytes how long the log is now
   * @param publishers the last number accepted from each publisher, one char a byte
   * @param tail the file that the bytes behind were moved to, or null if there were none
   * @param tailBytes how many
   */
  public record Recovered(
      long messages,
      long bytes,
      Map<String, Long> publishers,
      @Nullable Path tail,
      long tailBytes) {}

  /**
   * Makes a log fit to be appended to: creates it if there is none; else keeps every whole message
   * and moves what lies behind (a torn message, a publisher's marker without its messages, damage)
   * to a file beside it, {@code <log>.tail}.
   *
   * @throws TickLogException if the file cannot be read or written, or is no tick log
   */
  public static Recovered recover(Path log) {
    try {
      if (!Files.exists(log) || Files.size(log) == 0) {
        Files.createDirectories(log.toAbsolutePath().getParent());
        try (FileChannel out =
            FileChannel.open(log, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          writeFully(out, header(), 0);
        }
        return new Recovered(0, HEADER_BYTES, Map.of(), null, 0);
      }
      Scan scan = scan(log);
      Map<String, Long> publishers = Collections.unmodifiableMap(scan.publishers);
      if (scan.keptBytes == scan.fileBytes) {
        return new Recovered(scan.keptMessages, scan.keptBytes, publishers, null, 0);
      }
      Path tail = moveTail(log, scan.keptBytes);
      if (scan.keptBytes < HEADER_BYTES) {
        try (FileChannel out = FileChannel.open(log, StandardOpenOption.WRITE)) {
          writeFully(out, header(), 0);
        }
      }
      return new Recovered(
          scan.keptMessages,
          Math.max(HEADER_BYTES, scan.keptBytes),
          publishers,
          tail,
          scan.fileBytes - scan.keptBytes);
    } catch (IOException e) {
      throw new TickLogException(
          "tick log "
              + log
              + " cannot be recovered: "
              + e
              + ". It must be readable and writable, and its file system needs room",
          e);
    }
  }

  private static Path moveTail(Path log, long from) throws IOException {
    Path tail = log.resolveSibling(log.getFileName() + ".tail");
    for (int i = 2; Files.exists(tail); i++) {
      tail = log.resolveSibling(log.getFileName() + ".tail" + i);
    }
    try (FileChannel in = FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel out =
            FileChannel.open(tail, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long at = from;
      long end = in.size();
      while (at < end) {
        at += in.transferTo(at, end - at, out);
      }
      // The tail must be safe on disk before the log forgets it.
      out.force(true);
      in.truncate(from);
      in.force(true);
    }
    return tail;
  }

  static void writeFully(FileChannel out, ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += out.write(bytes, at);
    }
  }

  private static Scan scan(Path log) {
    try (FileChannel in = FileChannel.open(log, StandardOpenOption.READ)) {
      Scan scan = new Scan(in.size());
      TickLogParser parser = new TickLogParser(SCAN_BYTES);
      ByteBuffer head = ByteBuffer.allocate((int) Math.min(HEADER_BYTES, scan.fileBytes));
      while (head.hasRemaining()) {
        if (in.read(head, head.position()) < 0) {
          throw new EOFException("the file became shorter while it was read");
        }
      }
      head.flip();
      if (!head.equals(header().limit(head.limit()))) {
        throw new TickLogException(
            log
                + " is no tick log: it does not start with the bytes ff 01 00 00 00 00 00 00. Move"
                + " it away, or choose another log directory or schema name");
      }
      if (scan.fileBytes < HEADER_BYTES) {
        return scan;
      }
      scan.goodBytes = HEADER_BYTES;
      scan.keptBytes = HEADER_BYTES;
      PublisherMarker marker = new PublisherMarker();
      long offset = HEADER_BYTES;
      while (true) {
        int length = parser.next();
        if (length > 0) {
          scan.message(marker, parser.bytes(), parser.start(), length);
          parser.consume(length);
        } else if (length == ValueBytes.MALFORMED || offset >= scan.fileBytes) {
          return scan;
        } else {
          int read = parser.fill(in, offset, scan.fileBytes - offset);
          if (read <= 0) {
            return scan;
          }
          offset += read;
        }
      }
    } catch (IOException e) {
      throw new TickLogException("tick log " + log + " cannot be read: " + e, e);
    }
  }

  /** How far a log is good, and how far it is to be kept. */
  private static final class Scan {
    final long fileBytes;
    final Map<String, Long> publishers = new LinkedHashMap<>();
    long messages;
    long goodBytes;
    long keptMessages;
    long keptBytes;

    /** Messages that the last marker announced and that have not come yet. */
    private long owed;

    private final Map<String, Long> announced = new LinkedHashMap<>();

    Scan(long fileBytes) {
      this.fileBytes = fileBytes;
    }

    void message(PublisherMarker marker, ByteBuffer bytes, int start, int length) {
      messages++;
      goodBytes += length;
      if (marker.read(bytes, start, start + length)) {
        for (int row = 0; row < marker.rows(); row++) {
          announced.merge(marker.name(row), marker.seq(row), Math::max);
          owed += Math.max(0, marker.messages(row));
        }
      } else if (owed > 0) {
        owed--;
      }
      if (owed == 0) {
        announced.forEach((name, seq) -> publishers.merge(name, seq, Math::max));
        announced.clear();
        keptMessages = messages;
        keptBytes = goodBytes;
      }
    }
  }
}
