package tickwatch.tick;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to a tick log.
 *
 * <p><b>Invariants.</b> What {@link #append} takes is in the file as a whole or, after it threw,
 * not at all: a write that fails half-way is cut off before the next one.
 *
 * <p><b>Threads.</b> One at a time; {@link #force} and {@link #rewrite} may be called from another.
 */
public final class TickLogWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TickLogWriter.class);

  private static final int REWRITTEN_BYTES = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private long bytes;
  private boolean hasRemains;

  /** Takes the channel, which stands at the end of the log. */
  TickLogWriter(Path path, FileChannel channel, long bytes) {
    this.path = path;
    this.channel = channel;
    this.bytes = bytes;
  }

  /**
   * Opens a log behind its last message; {@link TickLog#recover} it first.
   *
   * @param bytes the log's length
   * @throws TickLogException if it cannot be opened
   */
  public static TickLogWriter open(Path log, long bytes) {
    try {
      FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE);
      channel.position(bytes);
      return new TickLogWriter(log, channel, bytes);
    } catch (IOException e) {
      throw new TickLogException("tick log " + log + " cannot be opened for writing: " + e, e);
    }
  }

  public Path path() {
    return path;
  }

  /** How long the log is. */
  public long bytes() {
    return bytes;
  }

  /**
   * Appends whole messages in one write.
   *
   * @param messages the first {@code count} buffers, from their positions to their limits
   * @throws IOException if they could not be written, as when the disk is full; the log then ends
   *     where it ended before
   */
  public void append(ByteBuffer[] messages, int count) throws IOException {
    if (hasRemains) {
      cutRemains();
    }
    long wanted = 0;
    for (int i = 0; i < count; i++) {
      wanted += messages[i].remaining();
    }
    long written = 0;
    try {
      while (written < wanted) {
        written += count == 1 ? channel.write(messages[0]) : channel.write(messages, 0, count);
      }
      bytes += written;
    } catch (IOException e) {
      hasRemains = true;
      try {
        cutRemains();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private void cutRemains() throws IOException {
    channel.truncate(bytes);
    channel.position(bytes);
    hasRemains = false;
  }

  /**
   * Takes back what was appended last: the log ends where it ended before.
   *
   * @param length of the log then
   */
  public void cutBackTo(long length) {
    bytes = length;
    hasRemains = true;
    try {
      cutRemains();
    } catch (IOException e) {
      // Tried again before the next write.
      LOG.warn("tick log {} cannot be cut back to {} bytes", path, length, e);
    }
  }

  /**
   * Writes anew what stands behind an offset, and waits until the disk has it: after a force that
   * failed, the system may take what the disk does not have for written. Nothing may be appended
   * meanwhile.
   *
   * @param from up to where the disk has it
   */
  public void rewrite(long from) throws IOException {
    try (FileChannel written = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer piece = ByteBuffer.allocateDirect(REWRITTEN_BYTES);
      for (long at = from; at < bytes; ) {
        piece.clear().limit((int) Math.min(piece.capacity(), bytes - at));
        int read = written.read(piece, at);
        if (read < 0) {
          throw new IOException("the log ends at " + at + " (expected: " + bytes + ")");
        }
        piece.flip();
        while (piece.hasRemaining()) {
          at += channel.write(piece, at);
        }
      }
    }
    force();
  }

  /** Waits until the disk has everything that was appended. */
  public void force() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
