/**
 * What this module needs from DJL beyond its API: memory shared between Java and native code,
 * parameters, row tables. Only rooms of idp come in; nothing here knows the method.
 */
@NullMarked
package dev.headwater.idp.tensor;

import org.jspecify.annotations.NullMarked;
