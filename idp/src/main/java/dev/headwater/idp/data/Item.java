package dev.headwater.idp.data;

import java.util.List;

/**
 * A catalog item and its words.
 *
 * @param id opaque, meaningful in its domain only
 * @param title may be empty
 * @param brand may be empty
 * @param categories from wide to narrow; may be empty
 */
public record Item(String id, String title, String brand, List<String> categories) {}
