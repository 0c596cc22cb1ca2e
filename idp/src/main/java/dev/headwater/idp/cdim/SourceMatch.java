package dev.headwater.idp.cdim;

/**
 * One known item that lent its embedding, and how much it counted.
 *
 * @param domain the domain of the known item
 * @param item its id there
 * @param weight its share; the weights of one embedding add up to 1
 */
public record SourceMatch(String domain, String item, float weight) {}
