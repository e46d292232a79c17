package tickwatch.bench.tickerplant;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import tickwatch.bench.pipeline.Frames;

/**
 * One publisher and one subscriber of a Kafka topic; a record is a whole message.
 *
 * <p>{@code acks=1}, batches of 128 kB, the system's socket buffers, and at most 16 MB under way:
 * four times of what the tickerplant is given, since a batch is not let go before it is full.
 */
final class KafkaClient implements Driven {
  private static final int WINDOW_BYTES = 16 << 20;

  private final String topic;
  private final Supplier<Duration> brokerCpu;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Reader reader;

  KafkaClient(String address, String topic, int lingerMillis, Supplier<Duration> brokerCpu) {
    this.topic = topic;
    this.brokerCpu = brokerCpu;
    Map<String, Object> sending = new HashMap<>();
    sending.put("bootstrap.servers", address);
    sending.put("acks", "1");
    sending.put("enable.idempotence", "false");
    sending.put("linger.ms", lingerMillis);
    sending.put("batch.size", 128 << 10);
    sending.put("max.request.size", 4 << 20);
    sending.put("buffer.memory", 64 << 20);
    sending.put("send.buffer.bytes", -1);
    sending.put("receive.buffer.bytes", -1);
    producer = new KafkaProducer<>(sending, new ByteArraySerializer(), new ByteArraySerializer());
    Map<String, Object> reading = new HashMap<>();
    reading.put("bootstrap.servers", address);
    reading.put("fetch.max.bytes", 4 << 20);
    reading.put("max.partition.fetch.bytes", 4 << 20);
    reading.put("max.poll.records", 20_000);
    reading.put("receive.buffer.bytes", -1);
    reader =
        new Reader(
            new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
            new TopicPartition(topic, 0));
    reader.start();
  }

  @Override
  public Sample run(Load load, int messages) {
    long window = Math.max(1, WINDOW_BYTES / load.bytesPerMessage());
    long before = reader.messages.get();
    reader.latency = null;
    Duration cpu = brokerCpu.get();
    long startedAt = System.nanoTime();
    for (int sent = 0; sent < messages; sent++) {
      if (sent % load.count() == 0) {
        awaitReceived(before + sent - window);
      }
      send(load.frame(sent % load.count()));
    }
    producer.flush();
    awaitReceived(before + messages);
    double seconds = (System.nanoTime() - startedAt) / 1e9;
    double cpuMicros = brokerCpu.get().minus(cpu).toNanos() / 1e3 / messages;
    return new Sample(messages / seconds, cpuMicros, Double.NaN);
  }

  private void send(byte[] message) {
    Future<?> unused = producer.send(new ProducerRecord<>(topic, message));
  }

  private void awaitReceived(long count) {
    while (reader.messages.get() < count) {
      if (!reader.isAlive()) {
        throw new IllegalStateException("the subscriber ended");
      }
      LockSupport.parkNanos(20_000);
    }
  }

  @Override
  public double[] paced(int rate) {
    int count = Load.PACED_SECONDS * rate;
    byte[] frame = Load.paced();
    int placeOfTime = Frames.placeOfTime(frame);
    Histogram latency = new Histogram(60_000_000_000L, 3);
    long before = reader.messages.get();
    reader.placeOfTime = placeOfTime;
    reader.latency = latency;
    double interval = 1e9 / rate;
    long base = System.nanoTime() + 10_000_000;
    int sent = 0;
    while (sent < count) {
      long now = System.nanoTime();
      int due = (int) Math.min(count, Math.max(0, (now - base) / interval + 1));
      if (now < base || due <= sent) {
        LockSupport.parkNanos(10_000);
        continue;
      }
      for (; sent < due; sent++) {
        byte[] timed = frame.clone();
        ByteBuffer.wrap(timed)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(placeOfTime, base + (long) (sent * interval));
        send(timed);
      }
    }
    producer.flush();
    awaitReceived(before + count);
    reader.latency = null;
    return Driven.quantiles(latency);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
    reader.end();
  }

  /** Counts messages, and notes how late they are where that is asked for. */
  private static final class Reader extends Thread {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AtomicLong messages = new AtomicLong();
    volatile @Nullable Histogram latency;
    volatile int placeOfTime;
    private volatile boolean isEnded;

    Reader(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
      this.consumer = consumer;
      setDaemon(true);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      // Asked for now, so that it is not asked for in a measurement.
      long unused = consumer.position(partition);
    }

    @Override
    public void run() {
      try (consumer) {
        while (!isEnded) {
          long count = 0;
          Histogram into = latency;
          for (ConsumerRecord<byte[], byte[]> read : consumer.poll(Duration.ofMillis(100))) {
            if (into != null) {
              long sentAt =
                  ByteBuffer.wrap(read.value()).order(ByteOrder.LITTLE_ENDIAN).getLong(placeOfTime);
              into.recordValue(Math.max(0, System.nanoTime() - sentAt));
            }
            count++;
          }
          messages.addAndGet(count);
        }
      }
    }

    void end() {
      isEnded = true;
    }
  }
}
