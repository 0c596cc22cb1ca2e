package dev.headwater.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

class OptionsTest {
  @TempDir Path folder;

  @Command(name = "verb")
  static final class Verb {
    @Mixin CommonOptions common = new CommonOptions();
    @Mixin HttpOptions http = new HttpOptions();

    @Option(names = "--items", converter = AtLeast.OneWhole.class)
    int items = 1;

    @Option(names = "--warm-up", converter = AtLeast.ZeroWhole.class)
    int warmUp;

    @Option(names = "--rate", converter = AtLeast.One.class)
    double rate = 1;

    @Option(names = "--pause", converter = AtLeast.Zero.class)
    double pause;
  }

  private static Verb parse(String... args) {
    Verb verb = new Verb();
    new CommandLine(verb).parseArgs(args);
    return verb;
  }

  @Test
  void aNumberAtItsBoundIsTaken() {
    Verb verb = parse("--items", "1", "--warm-up", "0", "--rate", "1.0", "--pause", "0");
    assertThat(verb.items).isEqualTo(1);
    assertThat(verb.warmUp).isZero();
    assertThat(verb.rate).isEqualTo(1);
    assertThat(verb.pause).isZero();
    assertThat(parse("--rate", "2.5", "--pause", "0.25").rate).isEqualTo(2.5);
  }

  @ParameterizedTest
  @CsvSource({
    "--items, 0, must be at least 1",
    "--items, -3, must be at least 1",
    "--items, 1.5, is not a whole number",
    "--items, 99999999999, is not a whole number",
    "--items, ten, is not a whole number",
    "--warm-up, -1, must be at least 0",
    "--rate, 0.99, must be at least 1",
    "--rate, NaN, must be at least 1",
    "--rate, Infinity, must be at least 1",
    "--pause, -0.1, must be at least 0",
    "--pause, x, is not a number"
  })
  void aNumberThatMakesNoSenseIsRefusedInWords(String flag, String value, String words) {
    assertThatThrownBy(() -> parse(flag, value))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(flag)
        .hasMessageContaining(words)
        .hasMessageContaining(value);
  }

  @Test
  void aFlagWinsOverTheFileAndTheFileOverTheReference() throws IOException {
    Path file = Files.writeString(folder.resolve("my.conf"), "kafka.bootstrap = \"file:1\"\n");
    assertThat(parse().common.config().kafka().bootstrap()).isEqualTo("localhost:9092");
    assertThat(parse("--config", file.toString()).common.config().kafka().bootstrap())
        .isEqualTo("file:1");
    assertThat(
            parse("--config", file.toString(), "--bootstrap", "flag:2")
                .common
                .config()
                .kafka()
                .bootstrap())
        .isEqualTo("flag:2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no-such-key = 1",
        "kafka.partitions = 0",
        "domains = 5",
        "serving.port = 70000",
        "store.admin-port = -1",
        "serving.tls.certificate = a.pem",
        "access.keys = [\"not a key\"]",
        "access.jwt.jwks-file = a.json",
        "metrics.store-port = -1",
        "tracing.sample-ratio = 2",
        "ingest.history-length = 1",
        "fine-tune.batch-size = 0",
        "store = null",
        "kafka {"
      })
  void aFileWithAnythingWrongStartsNoVerbWhateverItReads(String line) throws IOException {
    Path file = Files.writeString(folder.resolve("my.conf"), "\n" + line + "\n");
    CommonOptions options = parse("--config", file.toString()).common;
    assertThatThrownBy(options::config)
        .as(line)
        .isInstanceOf(VerbException.class)
        .hasMessageContaining("my.conf");
  }

  @Test
  void aKeyStandsInAFileAndIsNeverSaid() throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "hw_canary\n");
    HttpOptions http = parse("--key-file", key.toString()).http;
    HttpRequest request = http.outgoing().request(URI.create("http://h/")).build();
    assertThat(request.headers().firstValue("Authorization")).hasValue("Bearer hw_canary");
    assertThat(http.outgoing().toString() + http.credentials()).doesNotContain("canary");
    assertThatThrownBy(() -> parse("--key", "hw_canary")).isInstanceOf(ParameterException.class);
  }
}
