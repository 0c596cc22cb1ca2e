package dev.headwater.launcher.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.launcher.observability.Deployed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A driver in another language: a process that reads a case a line and writes what came of it. */
final class DriverProcess implements Driver {
  private static final Path BUILT = Deployed.root().resolve("clients/target");
  private static final Path CONTRACT = Deployed.root().resolve("clients/contract");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PATIENCE_SECONDS = 60;

  private final String name;
  private final Path errors;
  private final Process process;
  private final Writer in;
  private final BufferedReader out;

  private DriverProcess(String name, String... command) throws IOException {
    this.name = name;
    errors = Files.createTempFile("driver-" + name, ".log");
    process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    in = process.outputWriter(StandardCharsets.UTF_8);
    out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts those of all languages but Java, each from the package that was built. */
  static List<Driver> start() throws IOException {
    return List.of(
        new DriverProcess(
            "python",
            BUILT.resolve("venv/bin/python").toString(),
            CONTRACT.resolve("driver.py").toString()),
        new DriverProcess("typescript", "node", BUILT.resolve("consumer/driver.mjs").toString()),
        new DriverProcess("go", BUILT.resolve("contract-driver").toString()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public JsonNode run(JsonNode asked) throws Exception {
    in.write(asked + "\n");
    in.flush();
    String line = CompletableFuture.supplyAsync(this::line).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return JSON.readTree(line);
  }

  private String line() {
    try {
      String line = out.readLine();
      return line == null ? "{\"failed\":\"ended\"}" : line;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
    try {
      process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
    }
    System.err.print(Files.readString(errors));
    Files.delete(errors);
  }
}
