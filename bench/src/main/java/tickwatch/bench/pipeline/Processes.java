package tickwatch.bench.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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
        new ArrayList<>(List.of(launcher(), subcommand, "--port", String.valueOf(port)));
    command.addAll(List.of(args));
    long startedAtNanos = System.nanoTime();
    Process process = builder(subcommand, command).start();
    running.push(process);
    while (System.nanoTime() - startedAtNanos < PATIENCE.toNanos()) {
      if (!process.isAlive()) {
        throw new IOException(subcommand + " ended; see " + directory.resolve(subcommand + ".out"));
      }
      if (saysReady(port)) {
        return new Started(process, port, Duration.ofNanos(System.nanoTime() - startedAtNanos));
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new IOException(subcommand + " was not ready after " + PATIENCE);
  }

  /**
   * A command from its spawning to its end.
   *
   * @throws IOException if it fails
   */
  Duration untilEnd(String subcommand, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher(), subcommand));
    command.addAll(List.of(args));
    long startedAtNanos = System.nanoTime();
    Process process = builder(subcommand, command).start();
    int code = process.waitFor();
    Duration took = Duration.ofNanos(System.nanoTime() - startedAtNanos);
    if (code != 0) {
      throw new IOException(
          subcommand + " left with " + code + "; see " + directory.resolve(subcommand + ".out"));
    }
    return took;
  }

  /**
   * Whether {@code GET /ready} is answered with 200. A bare socket: Java's HTTP client takes longer
   * to get going than what is measured here.
   */
  private static boolean saysReady(int port) {
    try (Socket socket = connect(port)) {
      socket.setSoTimeout(2_000);
      socket
          .getOutputStream()
          .write(
              "GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return status.equals("HTTP/1.1 200");
    } catch (IOException notYet) {
      return false;
    }
  }

  private String launcher() {
    return project.resolve("scripts/tickwatch").toString();
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
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".out").toFile()));
    builder.environment().put("TICKWATCH_NO_BUILD", "1");
    return builder;
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
