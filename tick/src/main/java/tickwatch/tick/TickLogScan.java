package tickwatch.tick;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;

/**
 * Reads a tick log from its first byte to its last, whatever is in it: each message, each damaged
 * stretch between messages, and what is behind the last message.
 *
 * <p>Memory is bounded by the longest message. Behind damage it goes on at the next bytes that are
 * a message with names that one can read.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class TickLogScan {
  /** What a log consists of, in order. */
  interface Visitor {
    /** The log begins as it should. */
    default void header() {}

    /**
     * A message.
     *
     * @param bytes little-endian; the message is {@code length} bytes from {@code start} on
     * @param offset where it lies in the log
     * @return whether to go on
     */
    boolean message(ByteBuffer bytes, int start, int length, long offset);

    /** Bytes that are no message, with a message behind them; also a header that is none. */
    void damage(long offset, long length);

    /** Bytes behind the last message: one that is torn, or anything else. */
    void tail(long offset, long length);

    /** The file is compressed, and damaged: nothing more can be unpacked. Comes last. */
    default void brokenOff(String why) {}
  }

  private static final int PIECE_BYTES = 1 << 20;

  /** A message directly behind damage is found if it is not longer than this. */
  private static final int FOUND_BYTES = 1 << 26;

  /** So many messages in a row inside what claims to be one message: that one is damaged. */
  private static final int CHAIN = 3;

  private final Path log;
  private final ReadableByteChannel in;
  private final Visitor visitor;
  private final int pieceBytes;
  private final TickLogParser parser;

  /** Where the parser stands in the log. */
  private long offset;

  /** Length of the message there that seems whole and was not told of: what follows it matters. */
  private int held;

  private boolean atEnd;

  private TickLogScan(Path log, ReadableByteChannel in, int pieceBytes, Visitor visitor) {
    this.log = log;
    this.in = in;
    this.pieceBytes = pieceBytes;
    this.parser = new TickLogParser(pieceBytes);
    this.visitor = visitor;
  }

  /**
   * Reads a log.
   *
   * @param log the file; one whose name ends in {@code .gz} is unpacked as it is read
   * @throws TickLogException if it cannot be read, or is no tick log at all
   */
  static void scan(Path log, Visitor visitor) {
    try {
      if (!TickLog.isCompressed(log)) {
        try (FileChannel in = FileChannel.open(log)) {
          scan(log, in, PIECE_BYTES, visitor);
        }
        return;
      }
      try (PackedLog packed = new PackedLog(log, PIECE_BYTES);
          ReadableByteChannel in = Channels.newChannel(packed)) {
        scan(log, in, PIECE_BYTES, visitor);
        String brokenOff = packed.brokenOff();
        if (brokenOff != null) {
          visitor.brokenOff(brokenOff);
        }
      }
    } catch (IOException e) {
      throw new TickLogException("tick log " + log + " cannot be read: " + TickLog.reason(e), e);
    }
  }

  /**
   * As {@link #scan(Path, Visitor)}, of what comes through a channel.
   *
   * @param pieceBytes so many bytes are read at a time, unless a message is longer
   */
  static void scan(Path log, ReadableByteChannel in, int pieceBytes, Visitor visitor)
      throws IOException {
    new TickLogScan(log, in, pieceBytes, visitor).run();
  }

  private void run() throws IOException {
    if (!header()) {
      return;
    }
    int probed = pieceBytes / 2;
    while (true) {
      int length = parser.nextNamed(held);
      if (length > 0) {
        if (!tellHeld()) {
          return;
        }
        held = length;
        probed = pieceBytes / 2;
        continue;
      }
      int unknown = parser.available() - held;
      boolean isDamaged = length == ValueBytes.MALFORMED || (atEnd && unknown > 0);
      if (!isDamaged && unknown > 2 * probed) {
        // It claims to be long. Is it, or are there others in it?
        probed = unknown;
        isDamaged = startsChain(parser.start() + held + 1);
      }
      if (isDamaged) {
        probed = pieceBytes / 2;
        while (!atEnd && parser.available() < pieceBytes) {
          fill();
        }
        if (!swallowedNext()) {
          if (!tellHeld()) {
            return;
          }
          skip();
        }
      } else if (atEnd) {
        tellHeld();
        return;
      } else {
        fill();
      }
    }
  }

  private boolean tellHeld() {
    int length = held;
    held = 0;
    if (length == 0) {
      return true;
    }
    boolean goesOn = visitor.message(parser.bytes(), parser.start(), length, offset);
    consume(length);
    return goesOn;
  }

  /**
   * Whether the message before damage is damaged itself, and so much longer than it was that it
   * took messages behind it, and part of one more, for its own. What was its own is left behind
   * then.
   */
  private boolean swallowedNext() {
    int start = parser.start();
    int behind = start + held;
    int end = start + parser.available();
    for (int at = start + LogMessage.SKIPPED_HEAD_BYTES; at < behind; at++) {
      int after = at;
      while (after >= 0 && after <= behind) {
        after = LogMessage.endOfNamed(parser.bytes(), after, end);
      }
      if (after > behind) {
        held = 0;
        visitor.damage(offset, at - start);
        consume(at - start);
        return true;
      }
    }
    return false;
  }

  /** False if the log ends before its header does. */
  private boolean header() throws IOException {
    while (parser.available() < pieceBytes && !atEnd) {
      fill();
    }
    int available = Math.min(TickLog.HEADER_BYTES, parser.available());
    ByteBuffer found = parser.bytes().slice(parser.start(), available);
    if (found.equals(TickLog.header().limit(available))) {
      if (available == TickLog.HEADER_BYTES) {
        consume(TickLog.HEADER_BYTES);
        visitor.header();
        return true;
      }
      if (available > 0) {
        visitor.tail(0, available);
      }
      return false;
    }
    int first = parser.start() + TickLog.HEADER_BYTES;
    int end = parser.start() + parser.available();
    if (available < TickLog.HEADER_BYTES || LogMessage.endOfNamed(parser.bytes(), first, end) < 0) {
      throw new TickLogException(
          log
              + " is no tick log: it does not start with the bytes ff 01 00 00 00 00 00 00. For a"
              + " tickerplant to start, move it away, or choose another log directory or schema"
              + " name");
    }
    visitor.damage(0, TickLog.HEADER_BYTES);
    consume(TickLog.HEADER_BYTES);
    return true;
  }

  private void consume(int length) {
    parser.consume(length);
    offset += length;
  }

  private void fill() throws IOException {
    atEnd = parser.fill(in) < 0;
  }

  /** Leaves the damage at the parser's position behind. */
  private void skip() throws IOException {
    long from = offset;
    int searched = 1;
    while (true) {
      int start = parser.start();
      int end = start + parser.available();
      int at = start + Math.min(searched, parser.available());
      boolean needsMore = false;
      for (; at < end; at++) {
        int after = LogMessage.endOfNamed(parser.bytes(), at, end);
        if (after >= 0 && offset + (at - start) - from >= LogMessage.SKIPPED_HEAD_BYTES) {
          consume(at - start);
          visitor.damage(from, offset - from);
          return;
        }
        if (after == ValueBytes.TRUNCATED && !atEnd && end - at < FOUND_BYTES) {
          needsMore = true;
          break;
        }
      }
      if (!needsMore && atEnd) {
        consume(end - start);
        visitor.tail(from, offset - from);
        return;
      }
      consume(at - start);
      searched = 0;
      fill();
    }
  }

  /** Whether messages in a row begin somewhere in the bytes that are here. */
  private boolean startsChain(int from) {
    ByteBuffer bytes = parser.bytes();
    int end = parser.start() + parser.available();
    for (int at = from; at < end; at++) {
      int after = LogMessage.endOfNamed(bytes, at, end);
      for (int found = 1; found < CHAIN && after >= 0; found++) {
        after = LogMessage.endOfNamed(bytes, after, end);
      }
      if (after >= 0) {
        return true;
      }
    }
    return false;
  }
}
