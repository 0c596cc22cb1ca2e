package dev.headwater.launcher.clients;

import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A program of {@code docs/clients.md}.
 *
 * @param language it is in
 * @param code as it stands there, but for address and key
 */
record Example(String language, String code) {
  private static final Pattern BLOCK = Pattern.compile("(?s)```(\\w+)\\n(.*?)```");
  private static final Path BUILT = Deployed.root().resolve("clients/target");

  /** Returns those of the page, one a language. */
  static List<Example> ofDocumentation(String url, String key) throws IOException {
    List<Example> examples = new ArrayList<>();
    BLOCK
        .matcher(Files.readString(Deployed.doc("clients.md")))
        .results()
        .forEach(
            block ->
                examples.add(
                    new Example(
                        block.group(1),
                        block
                            .group(2)
                            .replace("http://127.0.0.1:8080", url)
                            .replace("hw_…", key))));
    if (examples.size() != 4) {
      throw new AssertionError("the page has an example in each of four languages: " + examples);
    }
    return examples;
  }

  /** Runs it, and returns what it prints. */
  String run(Path directory) throws IOException, InterruptedException {
    return switch (language) {
      case "python" ->
          output(BUILT.resolve("venv/bin/python").toString(), file(directory, "e.py", code));
      case "typescript" -> output("node", file(BUILT.resolve("consumer"), "e.mjs", code));
      case "go" -> ofGo();
      case "java" -> ofJava(directory);
      default -> throw new AssertionError("an example in " + language);
    };
  }

  private String ofGo() throws IOException, InterruptedException {
    Path module = BUILT.resolve("go");
    Files.createDirectories(module.resolve("example"));
    String program =
        "package main\nimport (\n\"context\"\n\"fmt\"\nheadwater \"headwater.dev/client\"\n)\n"
            + "func main() {\n"
            + code
            + "}\n";
    file(module.resolve("example"), "main.go", program);
    return output("go", "run", "-C", module.toString(), "./example");
  }

  private String ofJava(Path directory) throws IOException, InterruptedException {
    String program =
        "import dev.headwater.client.*;\nimport dev.headwater.client.answers.*;\n"
            + "import java.net.URI;\nclass Shown {\npublic static void main(String[] a) {\n"
            + code
            + "}\n}\n";
    return output(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx64m",
        "-cp",
        System.getProperty("java.class.path"),
        file(directory, "Shown.java", program));
  }

  private static String file(Path directory, String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new AssertionError(output);
    }
    return output;
  }
}
