package dev.headwater.idp.bundle;

import dev.headwater.idp.cdim.KnownItem;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.encoder.BiasDimension;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.text.ItemText;
import dev.headwater.idp.text.TextModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * What training has to say, before it becomes files.
 *
 * @param encoder the trained encoder
 * @param encoderConfig its size
 * @param textModel what made the text vectors
 * @param logitScale what dot products were multiplied with in the softmax
 * @param items the source items with text vectors and embeddings
 * @param sources the source domains
 * @param metrics validation metrics by name
 * @param config the settings, for people to read
 * @param sloped whether rows follow their texts, so that the bundle says how ({@link
 *     dev.headwater.idp.cdim.TextSlope})
 * @param precision of stored text vectors and embeddings; the encoder is always exact
 */
public record BundleContent(
    SequenceEncoder encoder,
    EncoderConfig encoderConfig,
    TextModel textModel,
    float logitScale,
    List<SourceItem> items,
    List<BundleManifest.Source> sources,
    Map<String, Double> metrics,
    Map<String, String> config,
    boolean sloped,
    Precision precision) {

  /** The same with embeddings that hold no bias yet. */
  BundleContent cleared(BiasDimension bias) {
    return new BundleContent(
        encoder,
        encoderConfig,
        textModel,
        logitScale,
        items.stream().map(item -> item.with(bias.cleared(item.embedding()))).toList(),
        sources,
        metrics,
        config,
        sloped,
        precision);
  }

  /**
   * A source item.
   *
   * @param domain its domain
   * @param item its id
   * @param text its text vector
   * @param embedding its embedding
   * @param title for people; empty where nobody said
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  public record SourceItem(
      String domain, String item, float[] text, float[] embedding, String title) {
    /** An item without a title. */
    public SourceItem(String domain, String item, float[] text, float[] embedding) {
      this(domain, item, text, embedding, "");
    }

    /** What a matcher knows of it. */
    KnownItem known() {
      return new KnownItem(domain, item, text, embedding);
    }

    /**
     * The items of a domain that were trained and have words: others could only mislead a matcher.
     *
     * @param trained whether an item stood in a training sequence
     * @param texts text vectors, item by item
     * @param row the embedding of an item, by its place in the domain
     */
    public static List<SourceItem> trained(
        DomainData domain, boolean[] trained, float[][] texts, IntFunction<float[]> row) {
      List<SourceItem> found = new ArrayList<>();
      for (int i = 0; i < trained.length; i++) {
        Item item = domain.items().get(i);
        String words = ItemText.of(item.title(), item.brand(), item.categories());
        if (trained[i] && ItemText.isUsable(words)) {
          found.add(new SourceItem(domain.name(), item.id(), texts[i], row.apply(i), item.title()));
        }
      }
      return found;
    }

    private SourceItem with(float[] other) {
      return new SourceItem(domain, item, text, other, title);
    }
  }
}
