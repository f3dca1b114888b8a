"""The identifiers of the Chinese standards: made, read and checked. Pure; import the module you need."""
