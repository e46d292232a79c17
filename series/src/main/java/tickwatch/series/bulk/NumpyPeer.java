package tickwatch.series.bulk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The same work done by NumPy, if a {@code python3} that has it is on the path. */
final class NumpyPeer {
  private static final int TIMEOUT_SECONDS = 120;

  /**
   * A generator a thread fills its arrays; the mask is the plain expression, chunk by chunk. Each
   * case runs once untimed.
   */
  private static final String SCRIPT =
      """
      import sys, threading, time
      import numpy as np
      total, chunk = int(sys.argv[1]), int(sys.argv[2])
      for threads in map(int, sys.argv[3].split(",")):
          for dtype in (np.float32, np.float64):
              each = total // threads
              chunk = min(chunk, each)
              gens = [np.random.default_rng(s) for s in np.random.SeedSequence(7).spawn(threads)]
              data = [np.empty(chunk, dtype) for _ in range(threads)]
              for d in data:
                  np.random.default_rng(1).standard_normal(out=d, dtype=dtype)
              def gen(i):
                  gens[i].standard_normal(out=data[i], dtype=dtype)
              def scan(i):
                  v = data[i]
                  return np.abs((v - v.mean()) / v.std()) > 3
              def both(i):
                  gen(i)
                  return scan(i)
              def run(work, n):
                  def loop(i):
                      for _ in range(n):
                          work(i)
                  ts = [threading.Thread(target=loop, args=(i,)) for i in range(threads)]
                  t = time.perf_counter()
                  [x.start() for x in ts]
                  [x.join() for x in ts]
                  return time.perf_counter() - t
              for name, work in (("generate", gen), ("scan", scan), ("both", both)):
                  run(work, 1)
                  n = max(1, each // chunk)
                  print(name, np.dtype(dtype).str[1:], threads, threads * n * chunk / run(work, n) / 1e6, np.__version__)
      """;

  /** One measured case. */
  record Result(String what, String dtype, int threads, double millionsASecond, String version) {}

  private NumpyPeer() {}

  /** Runs all cases once; empty where there is no NumPy. */
  static List<Result> run(long total, int chunk, List<Integer> threads) {
    List<Result> results = new ArrayList<>();
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "python3",
                  "-",
                  Long.toString(total),
                  Integer.toString(chunk),
                  String.join(",", threads.stream().map(String::valueOf).toList()))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return List.of();
    }
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      try (OutputStream script = process.getOutputStream()) {
        script.write(SCRIPT.getBytes(StandardCharsets.UTF_8));
      }
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split(" ", -1);
        if (fields.length == 5) {
          results.add(
              new Result(
                  fields[0],
                  fields[1],
                  Integer.parseInt(fields[2]),
                  Double.parseDouble(fields[3]),
                  fields[4]));
        }
      }
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        return List.of();
      }
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } finally {
      process.destroy();
    }
    return results;
  }
}
