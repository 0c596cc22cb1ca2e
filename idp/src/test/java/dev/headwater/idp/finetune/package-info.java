@org.jspecify.annotations.NullMarked
package dev.headwater.idp.finetune;
