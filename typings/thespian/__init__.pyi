# Thespian 4.0.1 ships no types. These stubs describe the part of it that we use and that actors are
# written against; they are the one place where its shapes are stated.
