package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder in which nothing can be written, for one reason or another. */
final class BadDisk implements AutoCloseable {
  /** Why nothing can be written. */
  enum Trouble {
    /** There is a file where the folder should be. */
    FILE,
    /** A disk without room. */
    FULL,
    /** A disk that takes no writes. */
    READ_ONLY
  }

  private final Path folder;
  private final boolean isMounted;

  private BadDisk(Path folder, boolean isMounted) {
    this.folder = folder;
    this.isMounted = isMounted;
  }

  /** Makes one; a test is left out where nobody may mount a disk. */
  static BadDisk at(Path folder, Trouble trouble) throws IOException {
    if (trouble == Trouble.FILE) {
      return new BadDisk(Files.writeString(folder, "no folder"), false);
    }
    Files.createDirectories(folder);
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=8", "tmpfs", folder.toString()) == 0,
        "no right to mount a small disk");
    BadDisk disk = new BadDisk(folder, true);
    if (trouble == Trouble.READ_ONLY) {
      disk.remount("ro");
    }
    return disk;
  }

  Path folder() {
    return folder;
  }

  /** Gives it room. */
  void mend() throws IOException {
    remount("size=16m,nr_inodes=1000");
  }

  private void remount(String options) throws IOException {
    assertThat(run("mount", "-o", "remount," + options, folder.toString())).isZero();
  }

  private static int run(String... command) throws IOException {
    try {
      return new ProcessBuilder(command)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (isMounted) {
      assertThat(run("umount", "-l", folder.toString())).isZero();
    } else {
      Files.deleteIfExists(folder);
    }
  }
}
