package dev.headwater.idp.bundle;

import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Fingerprint;
import dev.headwater.idp.encoder.BiasDimension;
import dev.headwater.idp.encoder.EncoderConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a bundle.
 *
 * @param format of the files; a reader refuses one that is newer than it knows
 * @param bundleId short lowercase hex of the content; the {@code model} of keys domain/model/item
 * @param encoderId short lowercase hex of the encoder's weights and bias
 * @param encoderKind which sequence encoder, as in {@code SequenceEncoder.kind()}
 * @param encoder its size
 * @param bias where rows hold an item bias; null in format 1, where rows are short, and where
 *     pre-training wanted none
 * @param textEncoderId the text encoder that made the text vectors
 * @param textDim length of a text vector
 * @param logitScale what dot products were multiplied with in the softmax
 * @param meanNorm mean norm of the item embeddings
 * @param items number of source items
 * @param sources what it was trained on
 * @param metrics validation metrics by name, such as {@code amazon_office.ndcg10}
 * @param config the settings it was trained with, for people to read
 * @param files what the directory holds besides the manifest
 */
public record BundleManifest(
    int format,
    String bundleId,
    String encoderId,
    String encoderKind,
    EncoderConfig encoder,
    @Nullable BiasDimension bias,
    String textEncoderId,
    int textDim,
    float logitScale,
    float meanNorm,
    int items,
    List<Source> sources,
    Map<String, Double> metrics,
    Map<String, String> config,
    Map<String, FileEntry> files) {
  /** Its name in the bundle's directory. */
  public static final String FILE = "manifest.json";

  /** Length of an item embedding. */
  public int dim() {
    return encoder.dim();
  }

  /** How many items of a history count. */
  public int maxLength() {
    return encoder.maxLength();
  }

  /**
   * A source domain.
   *
   * @param domain its name
   * @param itemCount size of its catalog
   * @param events how many events it has
   * @param fingerprint short hex of items and events
   */
  public record Source(String domain, int itemCount, int events, String fingerprint) {
    /** Describes a domain's data. */
    public static Source of(DomainData data) {
      return new Source(
          data.name(), data.items().size(), data.events().size(), Fingerprint.of(data));
    }
  }

  /**
   * A file.
   *
   * @param bytes its length
   * @param sha256 its checksum in hex
   */
  public record FileEntry(long bytes, String sha256) {}
}
