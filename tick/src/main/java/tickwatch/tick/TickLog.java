package tickwatch.tick;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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
 * <p>Where bytes of a log were damaged, recovery turns them into one message that does nothing,
 * {@code ("{}";bytes)}: what lies behind stays where it is, and all readers count the same. The
 * damaged bytes are kept beside the log as they were found.
 *
 * <p>Source: "Log files" in the kdb+ and q documentation, and what q itself writes.
 */
public final class TickLog {
  /** The bytes before the first message. */
  public static final int HEADER_BYTES = 8;

  /** What the name of a compressed log ends in. */
  public static final String COMPRESSED = ".gz";

  private static final int PIECE_BYTES = 1 << 20;

  /** No message is longer than the longest one that can arrive over the wire. */
  static final int MAX_MESSAGE_BYTES = 1 << 30;

  /** Damaged bytes are made into messages of this length at most. */
  private static final int MOST_SKIPPED_BYTES = 1 << 28;

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

  /**
   * Whether a message is one of damaged bytes, which does nothing.
   *
   * @param start where the message begins, in a little-endian buffer
   * @param end index behind it
   */
  public static boolean isSkipped(ByteBuffer bytes, int start, int end) {
    return LogMessage.isSkipped(bytes, start, end);
  }

  /** Whether a log is compressed, by its name. */
  public static boolean isCompressed(Path log) {
    return String.valueOf(log.getFileName()).endsWith(COMPRESSED);
  }

  /** {@code YYYY.MM.DD}. */
  static String date(int day) {
    return Epoch.dateOf(day).toString().replace('-', '.');
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
   * @param fileBytes how long the log is; more than {@code goodBytes} when the log is damaged
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
    return verify(log).contents();
  }

  /**
   * A stretch of bytes of a log.
   *
   * @param offset where it begins
   * @param length how many bytes
   */
  public record Stretch(long offset, long length) {}

  /**
   * Messages and rows of one table.
   *
   * @param messages how many are of this table
   * @param rows how many they hold
   */
  public record TableCount(long messages, long rows) {}

  /**
   * What is in a log.
   *
   * @param contents as {@code -11!(-2;file)} would say
   * @param messages all whole messages, those behind damage too
   * @param tables by name, one char a byte; what is no update stands under its function's name
   * @param publishers the last number accepted from each publisher, one char a byte
   * @param damage bytes that are no message, with messages behind them
   * @param skipped damage that an earlier recovery found and made messages of
   * @param tail where the last message ends, and how many bytes are behind it; null if none are
   * @param brokenOff why a compressed log cannot be unpacked to its end, or null
   */
  public record Report(
      Contents contents,
      long messages,
      Map<String, TableCount> tables,
      Map<String, Long> publishers,
      List<Stretch> damage,
      List<Stretch> skipped,
      @Nullable Stretch tail,
      @Nullable String brokenOff) {
    public boolean isWhole() {
      return contents.isWhole() && brokenOff == null;
    }
  }

  /**
   * Reads a log, which may be compressed with gzip, from end to end; changes nothing.
   *
   * @throws TickLogException if the file cannot be read or is no tick log
   */
  public static Report verify(Path log) {
    Tally tally = new Tally();
    TickLogScan.scan(log, tally);
    return tally.report();
  }

  /** Takes the messages of a log, in order. */
  public interface MessageVisitor {
    /**
     * A message.
     *
     * @param number the first one is 0
     * @param offset where it lies in the log, unpacked
     * @param bytes little-endian; valid during the call
     * @return whether to go on
     */
    boolean message(long number, long offset, ByteBuffer bytes);

    /** Bytes that are no message: damage between two, or what is behind the last one. */
    default void leftOut(long offset, long length) {}

    /** The log is compressed, and its file damaged: what was told is all that can be unpacked. */
    default void brokenOff(String why) {}
  }

  /**
   * Reads the messages of a log, which may be compressed with gzip; damage is left out, and told.
   *
   * @throws TickLogException if the file cannot be read or is no tick log
   */
  public static void read(Path log, MessageVisitor visitor) {
    TickLogScan.scan(
        log,
        new TickLogScan.Visitor() {
          private long number;

          @Override
          public boolean message(ByteBuffer bytes, int start, int length, long offset) {
            return visitor.message(
                number++, offset, bytes.slice(start, length).order(ByteOrder.LITTLE_ENDIAN));
          }

          @Override
          public void damage(long offset, long length) {
            visitor.leftOut(offset, length);
          }

          @Override
          public void tail(long offset, long length) {
            visitor.leftOut(offset, length);
          }

          @Override
          public void brokenOff(String why) {
            visitor.brokenOff(why);
          }
        });
  }

  /**
   * Copies a log, unpacking it if it is compressed, as far as it can be read. A copy that cannot be
   * finished is deleted.
   *
   * @param to must not be there yet
   * @return why a compressed log could not be unpacked to its end, or null if it could
   * @throws TickLogException if the log cannot be read, or the copy not be written
   */
  public static @Nullable String copy(Path log, Path to) {
    try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW)) {
      try {
        if (!isCompressed(log)) {
          Files.copy(log, out);
          return null;
        }
        try (PackedLog packed = new PackedLog(log, PIECE_BYTES)) {
          packed.transferTo(out);
          return packed.brokenOff();
        }
      } catch (IOException e) {
        Files.deleteIfExists(to);
        throw e;
      }
    } catch (FileAlreadyExistsException e) {
      throw new TickLogException("there is already a file " + to, e);
    } catch (IOException e) {
      throw new TickLogException(
          "tick log " + log + " cannot be copied to " + to + ": " + reason(e), e);
    }
  }

  /** What is wrong with a file, in words: Java says of some reasons only the file's name. */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no " + e.getMessage();
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /**
   * What recovery found and did.
   *
   * @param messages the messages of the log now, those made of skipped bytes included
   * @param bytes how long the log is now
   * @param publishers the last number accepted from each publisher, one char a byte
   * @param skipped damaged bytes that messages lie behind, in order
   * @param keptIn the files that they are kept in, one each
   * @param tail the file that the bytes behind the last message were moved to, or null if there
   *     were none
   * @param tailBytes how many
   */
  public record Recovered(
      long messages,
      long bytes,
      Map<String, Long> publishers,
      List<Stretch> skipped,
      List<Path> keptIn,
      @Nullable Path tail,
      long tailBytes) {}

  /**
   * Makes a log fit to be appended to and replayed: creates it if there is none; else keeps every
   * whole message. Damaged bytes between messages are copied to {@code <log>.damaged-<offset>} and
   * made a message that does nothing; what lies behind the last message (a torn one, a publisher's
   * marker without its messages, damage) is moved to {@code <log>.tail}.
   *
   * <p>It may be cut short at any moment and done again.
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
        return new Recovered(0, HEADER_BYTES, Map.of(), List.of(), List.of(), null, 0);
      }
      Tally tally = new Tally();
      TickLogScan.scan(log, tally);
      tally.leaveOutOrphans();
      long fileBytes = tally.bytes;
      List<Stretch> skipped =
          tally.damage.stream().filter(stretch -> stretch.offset < tally.keptBytes).toList();
      List<Path> keptIn = new ArrayList<>();
      for (Stretch stretch : skipped) {
        keptIn.add(keep(log, stretch));
      }
      for (Stretch stretch : skipped) {
        skip(log, stretch);
      }
      Path tail = null;
      if (tally.keptBytes < fileBytes) {
        tail = moveTail(log, tally.keptBytes);
        if (tally.keptBytes < HEADER_BYTES) {
          try (FileChannel out = FileChannel.open(log, StandardOpenOption.WRITE)) {
            writeFully(out, header(), 0);
          }
        }
      }
      return new Recovered(
          tally.keptMessages,
          Math.max(HEADER_BYTES, tally.keptBytes),
          Collections.unmodifiableMap(tally.publishers),
          skipped,
          List.copyOf(keptIn),
          tail,
          fileBytes - tally.keptBytes);
    } catch (IOException e) {
      throw new TickLogException(
          "tick log "
              + log
              + " cannot be recovered: "
              + reason(e)
              + ". It must be readable and writable, and its file system needs room. To go on"
              + " without it, move it away; tickwatch log repair FILE --out COPY saves its messages",
          e);
    }
  }

  /** Copies damaged bytes to a file of their own, and forces it to the disk. */
  private static Path keep(Path log, Stretch stretch) throws IOException {
    Path copy = unused(log, ".damaged-" + stretch.offset);
    try (FileChannel in = FileChannel.open(log, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      transfer(in, stretch.offset, stretch.offset + stretch.length, out);
      out.force(true);
    }
    return copy;
  }

  /** Makes messages that do nothing of damaged bytes, or the header that they should be. */
  private static void skip(Path log, Stretch stretch) throws IOException {
    try (FileChannel out = FileChannel.open(log, StandardOpenOption.WRITE)) {
      if (stretch.offset == 0) {
        writeFully(out, header(), 0);
      } else {
        int pieces = skippedMessages(stretch.length);
        long length = stretch.length / pieces;
        // From the last to the first: until all are there, the first bytes are damaged still.
        for (int piece = pieces - 1; piece >= 0; piece--) {
          long from = piece * length;
          long to = piece == pieces - 1 ? stretch.length : from + length;
          writeFully(out, LogMessage.skippedHead((int) (to - from)), stretch.offset + from);
        }
      }
      out.force(true);
    }
  }

  /** How many messages are made of so many damaged bytes. */
  private static int skippedMessages(long bytes) {
    return Math.toIntExact((bytes + MOST_SKIPPED_BYTES - 1) / MOST_SKIPPED_BYTES);
  }

  private static Path moveTail(Path log, long from) throws IOException {
    Path tail = unused(log, ".tail");
    try (FileChannel in = FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel out =
            FileChannel.open(tail, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      transfer(in, from, in.size(), out);
      // The tail must be safe on disk before the log forgets it.
      out.force(true);
      in.truncate(from);
      in.force(true);
    }
    return tail;
  }

  private static Path unused(Path log, String ending) {
    Path file = log.resolveSibling(log.getFileName() + ending);
    for (int i = 2; Files.exists(file); i++) {
      file = log.resolveSibling(log.getFileName() + ending + "-" + i);
    }
    return file;
  }

  private static void transfer(FileChannel in, long from, long to, FileChannel out)
      throws IOException {
    long at = from;
    while (at < to) {
      at += in.transferTo(at, to - at, out);
    }
  }

  static void writeFully(FileChannel out, ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += out.write(bytes, at);
    }
  }

  /** Counts what is in a log, and how far it is to be kept. */
  static final class Tally implements TickLogScan.Visitor {
    final Map<String, Long> publishers = new LinkedHashMap<>();
    final List<Stretch> damage = new ArrayList<>();

    /** Bytes seen. */
    long bytes;

    /** Messages and bytes to keep; damage before {@link #keptBytes} counted as messages. */
    long keptMessages;

    long keptBytes;

    private final PublisherMarker marker = new PublisherMarker();
    private final MessageNames names = new MessageNames();
    private final List<Stretch> skipped = new ArrayList<>();
    private @Nullable Stretch tail;
    private @Nullable String brokenOff;
    private @Nullable Contents untilDamage;
    private long messages;
    private long messagesOfDamage;

    /** Messages that the last marker announced and that have not come yet. */
    private long owed;

    private final Map<String, Long> announced = new LinkedHashMap<>();

    /** The publisher whose messages are owed; the empty name if there are several. */
    private String announcer = "";

    private boolean isBehindDamage;
    private final List<Orphan> orphans = new ArrayList<>();
    private final Map<String, Long> lastMarkers = new HashMap<>();

    /** A message directly behind damage, in which its publisher's marker may have stood. */
    private record Orphan(int damage, long offset, long length, MessageNames.Count table) {}

    @Override
    public void header() {
      bytes = HEADER_BYTES;
      keptBytes = HEADER_BYTES;
    }

    @Override
    public boolean message(ByteBuffer from, int start, int length, long offset) {
      messages++;
      bytes = offset + length;
      MessageNames.Count table = names.count(from, start, start + length);
      if (LogMessage.isSkipped(from, start, start + length)) {
        skipped.add(new Stretch(offset, length));
        forgetAnnounced();
      } else if (marker.read(from, start, start + length)) {
        for (int row = 0; row < marker.rows(); row++) {
          announced.merge(marker.name(row), marker.seq(row), Math::max);
          lastMarkers.put(marker.name(row), offset);
          owed += Math.max(0, marker.messages(row));
        }
        announcer = marker.rows() == 1 ? marker.name(0) : "";
      } else if (owed > 0) {
        owed--;
        table.publishers.add(announcer);
      } else if (isBehindDamage) {
        orphans.add(new Orphan(damage.size() - 1, offset, length, table));
      } else {
        table.isAnonymous = true;
      }
      isBehindDamage = false;
      if (owed == 0) {
        announced.forEach((name, seq) -> publishers.merge(name, seq, Math::max));
        announced.clear();
        keptMessages = messages + messagesOfDamage;
        keptBytes = bytes;
      }
      return true;
    }

    /**
     * Leaves out messages whose publisher will send them again, since the marker that said how far
     * it had come was damaged: all others of their table have one, and nothing behind them says
     * that their publisher came further.
     */
    void leaveOutOrphans() {
      for (Orphan orphan : orphans) {
        boolean isSentAgain =
            !orphan.table.isAnonymous
                && orphan.table.publishers.stream()
                    .anyMatch(name -> lastMarkers.getOrDefault(name, 0L) < orphan.offset);
        if (isSentAgain) {
          Stretch before = damage.get(orphan.damage);
          Stretch with = new Stretch(before.offset, before.length + orphan.length);
          damage.set(orphan.damage, with);
          keptMessages += skippedMessages(with.length) - skippedMessages(before.length) - 1;
        }
      }
    }

    /** A publisher sends again what it is not known to have sent. */
    private void forgetAnnounced() {
      announced.clear();
      owed = 0;
    }

    @Override
    public void damage(long offset, long length) {
      endGood();
      damage.add(new Stretch(offset, length));
      bytes = offset + length;
      messagesOfDamage += offset == 0 ? 0 : skippedMessages(length);
      isBehindDamage = offset > 0;
      forgetAnnounced();
    }

    @Override
    public void tail(long offset, long length) {
      endGood();
      tail = new Stretch(offset, length);
      bytes = offset + length;
    }

    @Override
    public void brokenOff(String why) {
      endGood();
      brokenOff = why;
    }

    private void endGood() {
      if (untilDamage == null) {
        untilDamage = new Contents(messages, bytes, 0);
      }
    }

    Report report() {
      Contents until = untilDamage;
      return new Report(
          until == null
              ? new Contents(messages, bytes, bytes)
              : new Contents(until.messages, until.goodBytes, bytes),
          messages,
          names.counts(),
          Collections.unmodifiableMap(publishers),
          List.copyOf(damage),
          List.copyOf(skipped),
          tail,
          brokenOff);
    }
  }
}
