package tickwatch.bench.tickerplant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * A Kafka broker of one node (KRaft) in a process of its own; its log, like the tickerplant's, is
 * not forced to the disk.
 */
final class KafkaBroker implements AutoCloseable {
  private final Path directory = Files.createTempDirectory("tickwatch-kafka");
  private final Process process;
  private final String address;
  private int topics;

  KafkaBroker() throws IOException, InterruptedException {
    int port = freePort();
    int controller = freePort();
    address = "127.0.0.1:" + port;
    Path properties =
        Files.writeString(
            directory.resolve("kafka.properties"),
            """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:%2$d
            listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
            advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
            controller.listener.names=CONTROLLER
            log.dirs=%3$s
            offsets.topic.replication.factor=1
            message.max.bytes=4194304
            num.network.threads=2
            num.io.threads=2
            socket.send.buffer.bytes=-1
            socket.receive.buffer.bytes=-1
            """
                .formatted(port, controller, directory.resolve("data")));
    Process format =
        java(
            "kafka.tools.StorageTool",
            "format",
            "-t",
            "AAAAAAAAQACAAAAAAAAAAQ",
            "-c",
            properties.toString());
    if (format.waitFor() != 0) {
      throw new IOException("Kafka's storage was not formatted: " + Files.readString(output()));
    }
    process = java("kafka.Kafka", properties.toString());
  }

  static String version() {
    return AppInfoParser.getVersion();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Path output() {
    return directory.resolve("out");
  }

  private Process java(String main, String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms1g",
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            main);
    builder.command().addAll(List.of(arguments));
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
        .start();
  }

  /**
   * A publisher and a subscriber of a new topic of one partition.
   *
   * @param lingerMillis how long the publisher waits for more to send at once
   */
  Driven client(int lingerMillis) throws IOException {
    String topic = "readings" + topics++;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
      NewTopic created =
          new NewTopic(topic, 1, (short) 1)
              .configs(Map.of("retention.bytes", "500000000", "segment.bytes", "100000000"));
      admin.createTopics(List.of(created)).all().get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IOException("no topic at the broker: " + Files.readString(output()), e);
    }
    return new KafkaClient(address, topic, lingerMillis, this::cpu);
  }

  private Duration cpu() {
    try {
      return ProcessorTime.of(process.pid());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
