/**
 * What can be said of items without a learned row: the items taken with each of them, how popular
 * they are of late, and the texts like theirs. All of it is bounded an item, grows by one example
 * at a time and belongs to the owner of the item, as its row does. Items are numbers that name one
 * item as long as it lives; whoever gives a number again first calls {@link
 * dev.headwater.idp.expert.ItemBook#remove}. It knows neither tensors nor the ranker that weighs
 * all this ({@code idp.rank}).
 */
@NullMarked
package dev.headwater.idp.expert;

import org.jspecify.annotations.NullMarked;
