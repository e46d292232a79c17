package tickwatch.tick;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A disk with so much room left; writes that exceed it fail half-way. And a machine that can fail:
 * what was not forced is gone then, though everybody could read it before.
 */
public final class FullDisk {
  private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);

  private final AtomicLong forces = new AtomicLong();
  private final Map<Path, Long> forced = new ConcurrentHashMap<>();
  private volatile boolean forcesFail;
  private volatile boolean isOff;

  /** How often something was forced. */
  public long forces() {
    return forces.get();
  }

  /** How much of a log a failing machine leaves. */
  public long forcedBytes(Path log) {
    return forced.getOrDefault(log, 0L);
  }

  /** Whether forcing fails from now on. */
  public void failForces(boolean fail) {
    forcesFail = fail;
  }

  /** The machine fails: nothing is forced any more. */
  public void powerOff() {
    isOff = true;
  }

  /** The machine starts again, with what was forced. */
  public void powerOn(Path log) {
    try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
      file.truncate(Math.max(TickLog.HEADER_BYTES, forcedBytes(log)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    isOff = false;
  }

  public void room(long bytes) {
    room.set(bytes);
  }

  public TickLogWriter open(Path log, long bytes) {
    try {
      FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE);
      channel.position(bytes);
      return new TickLogWriter(log, new Limited(log, channel), bytes);
    } catch (IOException e) {
      throw new TickLogException("cannot open " + log, e);
    }
  }

  private final class Limited extends FileChannel {
    private final Path log;
    private final FileChannel file;

    Limited(Path log, FileChannel file) {
      this.log = log;
      this.file = file;
    }

    private int limited(ByteBuffer bytes) throws IOException {
      long left = room.get();
      if (left <= 0) {
        throw new IOException("No space left on device");
      }
      int limit = bytes.limit();
      bytes.limit((int) Math.min(limit, bytes.position() + left));
      int written = file.write(bytes);
      bytes.limit(limit);
      room.addAndGet(-written);
      return written;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      return limited(bytes);
    }

    @Override
    public long write(ByteBuffer[] all, int offset, int length) throws IOException {
      for (int i = offset; i < offset + length; i++) {
        if (all[i].hasRemaining()) {
          return limited(all[i]);
        }
      }
      return 0;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      file.truncate(size);
      return this;
    }

    @Override
    public FileChannel position(long position) throws IOException {
      file.position(position);
      return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      if (forcesFail) {
        throw new IOException("Input/output error");
      }
      if (!isOff) {
        long size = file.size();
        file.force(metaData);
        forced.put(log, size);
        forces.incrementAndGet();
      }
    }

    @Override
    protected void implCloseChannel() throws IOException {
      file.close();
    }

    @Override
    public long position() throws IOException {
      return file.position();
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      return file.write(bytes, position);
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
      return file.read(bytes);
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
      return file.read(bytes, position);
    }

    @Override
    public long read(ByteBuffer[] all, int offset, int length) throws IOException {
      return file.read(all, offset, length);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
        throws IOException {
      return file.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new IllegalStateException("the room on the disk is not counted here");
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new IllegalStateException("the room on the disk is not counted here");
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return file.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return file.tryLock(position, size, shared);
    }
  }
}
