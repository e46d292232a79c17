package tickwatch.systemtests;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import com.kx.c;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Processes of one test, started through the launcher as a user starts them, each on a port that
 * stays its own over a restart.
 *
 * <p>A killed process gets SIGKILL: no shutdown hook runs, nothing is flushed.
 */
final class TickSystem implements AutoCloseable {
  static final Path PROJECT =
      Path.of(System.getProperty("tickwatch.project", "..")).toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path directory;
  private final Map<String, Process> running = new HashMap<>();
  private final Map<String, Integer> ports = new HashMap<>();
  private final Map<String, List<String>> commands = new HashMap<>();
  private final Map<String, Place> places = new HashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();

  TickSystem(Path directory) {
    this.directory = directory;
  }

  Path directory() {
    return directory;
  }

  /** A free port, the same one every time this name is asked for. */
  int port(String process) {
    return ports.computeIfAbsent(
        process,
        name -> {
          try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /**
   * Where a process runs.
   *
   * @param host by which the others reach it
   * @param runner a command that runs the one behind it there
   */
  private record Place(String host, List<String> runner) {
    static final Place HERE = new Place("localhost", List.of());
  }

  /** Lets a process be started somewhere else: say, in another network. */
  void place(String process, String host, String... runner) {
    places.put(process, new Place(host, List.of(runner)));
  }

  private Place placeOf(String process) {
    return places.getOrDefault(process, Place.HERE);
  }

  String endpoint(String process) {
    return placeOf(process).host() + ":" + port(process);
  }

  void tickerplant(Path schema, String... more) {
    server(
        "tickerplant",
        List.of("--schema", schema.toString(), "--log-dir", directory.resolve("log").toString()),
        more);
  }

  void rdb(String... more) {
    server("rdb", List.of("--tickerplant", endpoint("tickerplant")), more);
  }

  void detector(Path model, String table, String... more) {
    server(
        "detector",
        List.of(
            "--tickerplant",
            endpoint("tickerplant"),
            "--model",
            model.toString(),
            "--table",
            table,
            "--anomalies",
            anomalies().toString()),
        more);
  }

  /**
   * Starts a detector by a name of its own, which has its files in a folder of that name, without
   * waiting until it is ready.
   */
  void startDetector(String name, Path model, String table, String... more) {
    Path own = directory.resolve(name);
    List<String> command =
        new ArrayList<>(
            List.of(
                "detector",
                "--port",
                String.valueOf(port(name)),
                "--tickerplant",
                endpoint("tickerplant"),
                "--model",
                model.toString(),
                "--table",
                table,
                "--anomalies",
                own.resolve("anomalies.jsonl").toString(),
                "--state",
                own.resolve("state").toString()));
    command.addAll(List.of(more));
    start(name, command);
  }

  /** A detector without a model: each sensor learns from its own first rows. */
  void learningDetector(String table, String... more) {
    server(
        "detector",
        List.of(
            "--tickerplant",
            endpoint("tickerplant"),
            "--table",
            table,
            "--anomalies",
            anomalies().toString()),
        more);
  }

  void dashboard(String... more) {
    server(
        "dashboard",
        List.of("--tickerplant", endpoint("tickerplant"), "--rdb", endpoint("rdb")),
        more);
  }

  Path anomalies() {
    return directory.resolve("anomalies.jsonl");
  }

  private void server(String name, List<String> args, String... more) {
    List<String> command = new ArrayList<>(List.of(name, "--port", String.valueOf(port(name))));
    command.addAll(args);
    command.addAll(List.of(more));
    start(name, command);
    awaitReady(name);
  }

  /** Starts a feed; it runs beside the test until {@link #awaitExit}. */
  void feed(String... args) {
    List<String> command =
        new ArrayList<>(List.of("feed", "--tickerplant", endpoint("tickerplant")));
    command.addAll(List.of(args));
    start("feed", command);
  }

  private void start(String name, List<String> arguments) {
    commands.put(name, arguments);
    List<String> command = new ArrayList<>(placeOf(name).runner());
    command.add(PROJECT.resolve("scripts/tickwatch").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("TICKWATCH_NO_BUILD", "1");
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output(name).toFile()));
    try {
      running.put(name, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command to its end; what it printed on standard output. */
  String output(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(PROJECT.resolve("scripts/tickwatch").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("TICKWATCH_NO_BUILD", "1");
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      Process process = builder.start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        return fail(command + " ended with " + process.exitValue());
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path output(String name) {
    return directory.resolve(name + ".out");
  }

  String outputOf(String name) {
    try {
      return Files.readString(output(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void kill(String name) {
    Process process = process(name);
    process.destroyForcibly();
    process.onExit().join();
  }

  boolean isAlive(String name) {
    return process(name).isAlive();
  }

  /** Sends a process a signal, as STOP. */
  void signal(String name, String signal) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + signal, String.valueOf(process(name).pid()))
              .inheritIO()
              .start()
              .waitFor();
      if (code != 0) {
        fail("kill -" + signal + " of " + name + " ended with " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Resident memory of a process in bytes; 0 where the system does not tell. */
  long residentBytes(String name) {
    Path status = Path.of("/proc", String.valueOf(process(name).pid()), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Starts a killed process again with the arguments that it had. */
  void restart(String name) {
    startAgain(name);
    if (!name.equals("feed")) {
      awaitReady(name);
    }
  }

  /** As {@link #restart}, without waiting until it is ready. */
  void startAgain(String name) {
    start(name, command(name));
  }

  int awaitExit(String name) {
    Process process = process(name);
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return fail(name + " did not end within " + PATIENCE + ":\n" + outputOf(name));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return process.exitValue();
  }

  private Process process(String name) {
    Process process = running.get(name);
    if (process == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return process;
  }

  private List<String> command(String name) {
    List<String> command = commands.get(name);
    if (command == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return command;
  }

  void awaitReady(String name) {
    try {
      await(name + " is ready")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                if (!process(name).isAlive()) {
                  return fail(
                      name + " ended with " + process(name).exitValue() + ":\n" + outputOf(name));
                }
                return status(name, "/ready") == 200;
              });
    } catch (ConditionTimeoutException e) {
      HttpResponse<String> ready = get(name, "/ready");
      fail(
          "%s is not ready after %s; /ready: %s\n%s"
              .formatted(
                  name,
                  PATIENCE,
                  ready == null ? "no answer" : ready.body(),
                  outputOf(name)
                      .lines()
                      .skip(Math.max(0, outputOf(name).lines().count() - 40))
                      .collect(joining("\n"))),
          e);
    }
  }

  private int status(String name, String path) {
    @Nullable HttpResponse<String> response = get(name, path);
    return response == null ? 0 : response.statusCode();
  }

  @Nullable HttpResponse<String> get(String name, String path) {
    return send(request(name, path));
  }

  /** Sends a JSON object; null if nobody answers. */
  @Nullable HttpResponse<String> post(String name, String path, String json) {
    return send(
        request(name, path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private HttpRequest.Builder request(String name, String path) {
    return HttpRequest.newBuilder(URI.create("http://" + endpoint(name) + path))
        .timeout(Duration.ofSeconds(5));
  }

  private @Nullable HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asks a process one q expression through KX's own Java client. */
  Object ask(String process, String expression) {
    try {
      c connection = new c(placeOf(process).host(), port(process));
      try {
        return connection.k(expression);
      } finally {
        connection.close();
      }
    } catch (c.KException | IOException e) {
      throw new IllegalStateException(
          process + " answered " + expression + " with: " + e.getMessage(), e);
    }
  }

  /** A count that may not be there yet: 0 while the process is away. */
  long countOf(String table) {
    try {
      return ((Number) ask("rdb", "count " + table)).longValue();
    } catch (IllegalStateException e) {
      return 0;
    }
  }

  void awaitRows(String table, long rows) {
    await(rows + " rows of " + table)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> countOf(table) >= rows);
  }

  @Override
  public void close() {
    for (Process process : running.values()) {
      process.destroyForcibly();
    }
    for (Process process : running.values()) {
      process.onExit().join();
    }
  }
}
