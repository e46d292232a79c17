package tickwatch.tick;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/** A disk with so much room left; writes that exceed it fail half-way. */
public final class FullDisk {
  private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);

  public void room(long bytes) {
    room.set(bytes);
  }

  public TickLogWriter open(Path log, long bytes) {
    try {
      FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE);
      channel.position(bytes);
      return new TickLogWriter(log, new Limited(channel), bytes);
    } catch (IOException e) {
      throw new TickLogException("cannot open " + log, e);
    }
  }

  private final class Limited extends FileChannel {
    private final FileChannel file;

    Limited(FileChannel file) {
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
      file.force(metaData);
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
    public int write(ByteBuffer bytes, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer bytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer bytes, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] all, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }
  }
}
