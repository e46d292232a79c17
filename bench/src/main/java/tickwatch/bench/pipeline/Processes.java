package tickwatch.bench.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * tickwatch processes started through the launcher, as users start them, in a scratch directory.
 */
final class Processes implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path project;
  private final Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Deque<Process> running = new ArrayDeque<>();

  Processes(Path project) throws IOException {
    this.project = project;
    directory = Files.createTempDirectory("tickwatch-bench");
  }

  /** A running process, and how long it took from its spawning until it said it was ready. */
  record Started(Process process, int port, Duration untilReady) {
    long residentMegabytes() throws IOException {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
      return -1;
    }

    Duration cpu() {
      return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }
  }

  Path directory() {
    return directory;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  Started tickwatch(String subcommand, String... args) throws IOException, InterruptedException {
    int port = freePort();
    List<String> command =
        new ArrayList<>(
            List.of(
                project.resolve("scripts/tickwatch").toString(),
                subcommand,
                "--port",
                String.valueOf(port)));
    command.addAll(List.of(args));
    ProcessBuilder builder = builder(subcommand, command);
    builder.environment().put("TICKWATCH_NO_BUILD", "1");
    long startedAtNanos = System.nanoTime();
    Process process = builder.start();
    running.push(process);
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    while (System.nanoTime() - startedAtNanos < PATIENCE.toNanos()) {
      if (!process.isAlive()) {
        throw new IOException(subcommand + " ended; see " + directory.resolve(subcommand + ".out"));
      }
      try {
        if (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return new Started(process, port, Duration.ofNanos(System.nanoTime() - startedAtNanos));
        }
      } catch (IOException notYet) {
        // not listening yet
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new IOException(subcommand + " was not ready after " + PATIENCE);
  }

  Started floor(Path file) throws IOException, InterruptedException {
    int port = freePort();
    long startedAtNanos = System.nanoTime();
    Process process =
        builder(
                "floor",
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    ForwardFloor.class.getName(),
                    String.valueOf(port),
                    file.toString()))
            .start();
    running.push(process);
    TimeUnit.MILLISECONDS.sleep(
        700); // it takes its connections in order, so nobody may knock to see whether it is there
    return new Started(process, port, Duration.ofNanos(System.nanoTime() - startedAtNanos));
  }

  static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private ProcessBuilder builder(String name, List<String> command) {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".out").toFile()));
  }

  void stop(Started started) {
    started.process().destroy();
    started
        .process()
        .onExit()
        .orTimeout(15, TimeUnit.SECONDS)
        .exceptionally(late -> started.process().destroyForcibly())
        .join();
    running.remove(started.process());
  }

  @Override
  public void close() throws IOException {
    for (Process process : running) {
      process.destroyForcibly();
      process.onExit().join();
    }
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
