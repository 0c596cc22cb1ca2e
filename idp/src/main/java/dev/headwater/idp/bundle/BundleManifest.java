package dev.headwater.idp.bundle;

import java.util.List;
import java.util.Map;

/**
 * What stands in a bundle.
 *
 * @param bundleId short lowercase hex of the content; the {@code model} of keys domain/model/item
 * @param encoderId short lowercase hex of the encoder's weights
 * @param encoderKind which sequence encoder, as in {@code SequenceEncoder.kind()}
 * @param dim length of an item embedding
 * @param maxLength how many items of a history count
 * @param textEncoderId the text encoder that made the text vectors
 * @param textDim length of a text vector
 * @param logitScale what dot products were multiplied with in the softmax
 * @param meanNorm mean norm of the item embeddings
 * @param items number of source items
 * @param sources the source domains, in order
 * @param metrics validation metrics, by name, such as {@code amazon_office.ndcg10}
 * @param config the settings it was trained with, for people to read
 */
public record BundleManifest(
    String bundleId,
    String encoderId,
    String encoderKind,
    int dim,
    int maxLength,
    String textEncoderId,
    int textDim,
    float logitScale,
    float meanNorm,
    int items,
    List<String> sources,
    Map<String, Double> metrics,
    Map<String, String> config) {}
