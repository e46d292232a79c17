package tickwatch.series.npy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import tickwatch.series.SeriesException;

/**
 * A file that is being written under another name, {@code NAME.partial}, and gets its own when it
 * is whole.
 *
 * <p>{@link #commit} renames it; {@link #close} without a commit deletes it, and so does the end of
 * a process that is told to end. One that is killed leaves the partial file, which nothing takes
 * for a whole one.
 *
 * <p><b>Threads.</b> {@link #write} may be called from several at different positions; the rest
 * from one.
 */
public final class PartialFile implements AutoCloseable {
  private final Path file;
  private final Path partial;
  private final FileChannel channel;
  private final Thread atEnd = new Thread(this::end, "series-partial");
  private boolean open = true;
  private boolean ending;

  private PartialFile(Path file, Path partial) throws IOException {
    this.file = file;
    this.partial = partial;
    boolean begun = false;
    try {
      Runtime.getRuntime().addShutdownHook(atEnd);
      this.channel = begin();
      begun = true;
    } catch (IllegalStateException e) {
      throw new SeriesException(file + ": is not begun, the process is ending", e);
    } finally {
      if (!begun) {
        done();
      }
    }
  }

  /** Under the same lock as {@link #end}: what is begun later would outlive the process. */
  private synchronized FileChannel begin() throws IOException {
    if (ending) {
      throw new IllegalStateException("ending");
    }
    return FileChannel.open(
        partial,
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  private synchronized void end() {
    ending = true;
    delete();
  }

  /**
   * Begins a file.
   *
   * @param byteCount how many bytes it will have, to refuse at once what has no room; 0 if that is
   *     not known
   */
  public static PartialFile create(Path file, long byteCount) {
    Path absolute = file.toAbsolutePath();
    Path directory = absolute.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new SeriesException(file + ": there is no directory " + directory + " to write it to");
    }
    if (Files.exists(absolute) && !Files.isRegularFile(absolute)) {
      throw new SeriesException(
          file
              + ": is not an ordinary file (expected: the name of a file to write, or - for stdout)");
    }
    Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
    try {
      FileStore store = Files.getFileStore(directory);
      long usable = store.getUsableSpace();
      if (byteCount > usable) {
        throw new SeriesException(
            file
                + ": needs "
                + byteCount
                + " bytes, "
                + usable
                + " are free in "
                + directory
                + "; nothing was written");
      }
      return new PartialFile(absolute, partial);
    } catch (IOException e) {
      throw new SeriesException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** Writes all remaining bytes at a position. */
  public void write(ByteBuffer bytes, long position) {
    long at = position;
    try {
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw new SeriesException(
          file
              + ": writing stopped at byte "
              + at
              + ": "
              + e.getMessage()
              + "; the unfinished file is removed",
          e);
    }
  }

  /** The file is whole: it gets its name, in one step where the file system can. */
  public void commit() {
    try {
      channel.close();
      try {
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
      }
      done();
    } catch (IOException e) {
      throw new SeriesException(file + ": cannot be finished: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    done();
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete();
    }
  }

  private void done() {
    open = false;
    try {
      Runtime.getRuntime().removeShutdownHook(atEnd);
    } catch (IllegalStateException e) {
      // The process is ending, and finds nothing to delete or deletes what is not whole.
      return;
    }
  }

  private void delete() {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
