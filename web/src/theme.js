"use strict";document.documentElement.dataset.x="1";
