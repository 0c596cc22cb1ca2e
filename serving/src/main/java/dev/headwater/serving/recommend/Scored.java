package dev.headwater.serving.recommend;

/**
 * A candidate with its exact score.
 *
 * @param code of the item
 * @param score of the model
 */
public record Scored(int code, float score) {}
