package dev.headwater.idp.pretrain;

import java.util.Map;

/**
 * What UniSRec's pre-training learned, by name.
 *
 * @param encoder weights of the sequence encoder
 * @param adaptor weights of the adaptor of texts
 */
public record UniSRecWeights(Map<String, float[]> encoder, Map<String, float[]> adaptor) {}
