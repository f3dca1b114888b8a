"""The laboratory: throwaway installations of real processes, to be measured (`bench`) and broken (`fault`)."""
