package dev.headwater.idp.text;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.idp.data.Checksums;
import dev.headwater.idp.data.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.Character.UnicodeScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which sentence encoder makes text vectors, and where its files are: those of MiniLM on the
 * classpath, or a folder with {@link #WEIGHTS}, {@link #TOKENIZER} and {@link #ABOUT}. A bundle of
 * another encoder than MiniLM is such a folder.
 *
 * @param id names the weights: the same id, the same vectors
 * @param about how the network is read
 * @param folder of the files; null for those on the classpath
 * @param tuned weights that tuning changed, by name; empty for none
 */
public record TextModel(String id, About about, @Nullable Path folder, Map<String, float[]> tuned) {
  /** The weights, as an exporter names them in ONNX: {@code encoder.layer.0.…}. */
  public static final String WEIGHTS = "text-model.onnx";

  /** The tokenizer, as the library of that name writes it. */
  public static final String TOKENIZER = "text-tokenizer.json";

  /** What neither of them says: {@link About}. */
  public static final String ABOUT = "text-model.json";

  /** All files of a folder. */
  public static final List<String> FILES = List.of(WEIGHTS, TOKENIZER, ABOUT);

  /** Names the weights of MiniLM as they stand on the classpath. */
  public static final String MINI_LM = "all-minilm-l6-v2";

  private static final int ID_LENGTH = 8;
  private static final int TOKENS = 32;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  /** How the vectors of a text's tokens become one. */
  public enum Pooling {
    /** Their mean. */
    @JsonProperty("mean")
    MEAN,
    /** That of the start mark. */
    @JsonProperty("cls")
    CLS
  }

  /**
   * How a network is read.
   *
   * @param name of the encoder, for people and in its id
   * @param heads of attention, which the weights do not tell
   * @param pooling of the tokens' vectors
   * @param maxTokens of a text, marks included; what is longer is cut
   * @param wordLetters scripts of which a single letter says something: HAN for an encoder that
   *     learned Chinese, none for one that did not: to that a text of them is unfit
   */
  public record About(
      @JsonProperty(value = "name", required = true) String name,
      @JsonProperty(value = "heads", required = true) int heads,
      @JsonProperty(value = "pooling", required = true) Pooling pooling,
      @JsonProperty(value = "max_tokens", required = true) int maxTokens,
      @JsonProperty(value = "word_letters", required = true) Set<UnicodeScript> wordLetters) {
    /** Checks the numbers. */
    public About {
      if (name.isBlank() || heads < 1 || maxTokens < 3) {
        throw new IllegalArgumentException(
            "a text model needs a name, at least one head and at least 3 tokens");
      }
      wordLetters = Set.copyOf(wordLetters);
    }
  }

  /** MiniLM as it stands on the classpath. */
  public static TextModel miniLm() {
    return new TextModel(
        MINI_LM, new About(MINI_LM, 12, Pooling.MEAN, TOKENS, Set.of()), null, Map.of());
  }

  /**
   * The encoder in a folder, named by the checksum of its files.
   *
   * @throws DataException if a file is not there, or the description is none
   */
  public static TextModel in(Path folder) {
    try {
      StringBuilder all = new StringBuilder();
      for (String file : FILES) {
        if (!Files.isRegularFile(folder.resolve(file))) {
          throw new DataException(
              folder.resolve(file) + " is not there: a text model has " + String.join(", ", FILES));
        }
        all.append(Checksums.sha256(folder.resolve(file)));
      }
      About about = about(folder);
      String id = about.name() + "-" + Checksums.sha256(all.toString()).substring(0, ID_LENGTH);
      return new TextModel(id, about, folder, Map.of());
    } catch (IOException e) {
      throw new DataException(folder + " cannot be read as a text model", e);
    }
  }

  /** The encoder in a folder whose files were checked, under the name that it was given. */
  public static TextModel checked(Path folder, String id, Map<String, float[]> tuned) {
    try {
      return new TextModel(id, about(folder), folder, Map.copyOf(tuned));
    } catch (IOException e) {
      throw new UncheckedIOException("the text model in " + folder + " cannot be read", e);
    }
  }

  private static About about(Path folder) throws IOException {
    try {
      return JSON.readValue(folder.resolve(ABOUT).toFile(), About.class);
    } catch (JsonProcessingException e) {
      throw new DataException(
          folder.resolve(ABOUT) + " does not describe a text model: " + e.getOriginalMessage(), e);
    }
  }

  /** The same under other weights. */
  public TextModel tuned(String otherId, Map<String, float[]> weights) {
    return new TextModel(otherId, about, folder, Map.copyOf(weights));
  }
}
