package tickwatch.tickerplant;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Null;
import tickwatch.tick.TickLog;
import tickwatch.tick.TickLogException;

/**
 * Where the logs of one schema lie.
 *
 * <p>{@code <logDir>/<schema name>} exists as a directory, since an {@code r.q} goes there after
 * its replay. The lock is a file of its own, {@code <logDir>/<schema name>.lock}: the locks of a
 * POSIX file go when any channel of the process to that file is closed, and logs are read while
 * they are written.
 */
final class LogDirectory implements AutoCloseable {
  private final Path directory;
  private final String schemaName;
  private final Pattern logName;
  private final FileChannel lockFile;

  private LogDirectory(Path directory, String schemaName, FileChannel lockFile) {
    this.directory = directory;
    this.schemaName = schemaName;
    this.logName = Pattern.compile(Pattern.quote(schemaName) + "\\d{4}\\.\\d\\d\\.\\d\\d");
    this.lockFile = lockFile;
  }

  /**
   * Creates the directories and takes the lock.
   *
   * @throws TickLogException if that fails, or another tickerplant holds the lock
   */
  static LogDirectory open(Path logDir, String schemaName) {
    Path directory = logDir.toAbsolutePath().normalize();
    Path lock = directory.resolve(schemaName + ".lock");
    try {
      Files.createDirectories(directory.resolve(schemaName));
      FileChannel lockFile =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!tryLock(lockFile)) {
        lockFile.close();
        throw new TickLogException(
            "the logs of schema "
                + schemaName
                + " in "
                + directory
                + " are in use by another tickerplant: stop that one, or choose another --log-dir"
                + " or a schema file of another name");
      }
      return new LogDirectory(directory, schemaName, lockFile);
    } catch (IOException e) {
      throw new TickLogException(
          "log directory "
              + directory
              + " cannot be used: "
              + TickLog.reason(e)
              + ". It must be a directory that can be written to",
          e);
    }
  }

  private static boolean tryLock(FileChannel lockFile) throws IOException {
    try {
      FileLock lock = lockFile.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** The log of a day. */
  Path log(int day) {
    return TickLog.path(directory, schemaName, day);
  }

  /** The newest log there is, or null. */
  @Nullable Path latest() {
    return endedBefore(Integer.MAX_VALUE).stream().findFirst().orElse(null);
  }

  /** The logs of earlier days, the newest first; of one that is there twice only the plain one. */
  List<Path> endedBefore(int day) {
    Map<Integer, Path> byDay = new TreeMap<>(Comparator.reverseOrder());
    try (Stream<Path> files = Files.list(directory)) {
      files
          .filter(file -> logName.matcher(plainName(file)).matches())
          .filter(file -> dayOf(file) != Null.INT && dayOf(file) < day)
          .forEach(
              file -> byDay.merge(dayOf(file), file, (a, b) -> TickLog.isCompressed(a) ? b : a));
    } catch (IOException e) {
      throw new TickLogException("log directory " + directory + " cannot be read: " + e, e);
    }
    return List.copyOf(byDay.values());
  }

  private static String plainName(Path log) {
    String name = String.valueOf(log.getFileName());
    return TickLog.isCompressed(log)
        ? name.substring(0, name.length() - TickLog.COMPRESSED.length())
        : name;
  }

  /** The day of a log, compressed or not. */
  static int dayOf(Path log) {
    return TickLog.dayOf(plainName(log));
  }

  /** A log and all that was put beside it. */
  List<Path> filesOf(Path log) {
    String name = plainName(log);
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().startsWith(name))
          .toList();
    } catch (IOException e) {
      throw new TickLogException("log directory " + directory + " cannot be read: " + e, e);
    }
  }

  /**
   * The log a follower asks for by what {@code .u.L} said, compressed or not, or null if there is
   * none of that name here: only the name counts, so nothing outside this directory can be reached.
   */
  @Nullable Path find(String requested) {
    int slash = requested.lastIndexOf('/');
    String name = requested.substring(slash + 1);
    if (name.startsWith(":")) {
      name = name.substring(1);
    }
    if (!logName.matcher(name).matches()) {
      return null;
    }
    Path log = directory.resolve(name);
    return KeptLog.exists(log) ? log : null;
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new TickLogException("the lock of " + directory + " cannot be released: " + e, e);
    }
  }
}
